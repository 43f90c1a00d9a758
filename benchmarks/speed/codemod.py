"""A codemod for LibCST's own command: it renames the SOAP calls it sees, and nothing more."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class RenameCalls(VisitorBasedCodemodCommand):
    """`x.service.getLead(…)` becomes `x.rest.getLead(…)`."""

    DESCRIPTION = "Renames SOAP calls."

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:  # noqa: ARG002, N802
        """Rename one."""
        if updated_node.attr.value == "service":
            return updated_node.with_changes(attr=cst.Name("rest"))
        return updated_node
