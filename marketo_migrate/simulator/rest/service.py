"""The REST face: tokens, limits and checks first, then the operation's handler."""

from collections.abc import Callable

from marketo_migrate.model.rest import Endpoint
from marketo_migrate.simulator.exchange import HttpRequest, HttpResponse
from marketo_migrate.simulator.limits import CONCURRENT, DAILY, RATE
from marketo_migrate.simulator.rest import activities, bulk, campaigns, leads, lists, objects, programs
from marketo_migrate.simulator.rest.answers import (
    FileAnswer,
    HttpError,
    Payload,
    RestError,
    failure,
    json_response,
)
from marketo_migrate.simulator.rest.ask import Ask
from marketo_migrate.simulator.rest.identity import RestCredentials
from marketo_migrate.simulator.rest.intake import check_sizes, read_ask, read_token_request, refuse_old_token
from marketo_migrate.simulator.rest.violations import Violation
from marketo_migrate.simulator.state import State

IDENTITY = "/identity/oauth/token"
Handler = Callable[[State, Ask], "Payload | FileAnswer"]

LIMIT_ERRORS = {
    RATE: ("606", "Max rate limit '100' exceeded with in '20' secs"),
    DAILY: ("607", "Daily quota reached"),
    CONCURRENT: ("615", "Concurrent access limit reached"),
}

HANDLERS: dict[str, Handler] = {
    "getLeadsByFilterUsingGET": leads.by_filter,
    "getLeadByIdUsingGET": leads.by_id,
    "describeUsingGET_2": leads.describe,
    "describeUsingGET_6": leads.describe2,
    "getLeadFieldsUsingGET": leads.schema_fields,
    "getLeadsByListIdUsingGET": leads.by_list,
    "getLeadsByListIdUsingGET_1": leads.by_list,
    "getLeadsByProgramIdUsingGET": leads.by_program,
    "syncLeadUsingPOST": leads.sync,
    "pushToMarketoUsingPOST": leads.push,
    "SubmitFormUsingPOST": leads.submit_form,
    "mergeLeadsUsingPOST": leads.merge,
    "associateLeadUsingPOST": leads.associate,
    "deleteLeadsUsingPOST": leads.delete,
    "getListsUsingGET": lists.get_lists,
    "getListByIdUsingGET": lists.get_list,
    "getListMembershipUsingGET": lists.memberships,
    "addLeadsToListUsingPOST": lists.add,
    "removeLeadsFromListUsingDELETE": lists.remove,
    "areLeadsMemberOfListUsingGET": lists.are_members,
    "getStaticListByNameUsingGET": lists.asset_by_name,
    "getStaticListByIdUsingGET": lists.asset_by_id,
    "getAllActivityTypesUsingGET": activities.types,
    "getActivitiesPagingTokenUsingGET": activities.paging_token,
    "getLeadActivitiesUsingGET": activities.activities,
    "getLeadChangesUsingGET": activities.changes,
    "getDeletedLeadsUsingGET": activities.deleted,
    "getCampaignsUsingGET": campaigns.get_campaigns,
    "getCampaignByIdUsingGET": campaigns.get_campaign,
    "triggerCampaignUsingPOST": campaigns.trigger,
    "scheduleCampaignUsingPOST": campaigns.schedule,
    "getAllSmartCampaignsGET": campaigns.smart_campaigns,
    "getSmartCampaignByNameUsingGET": campaigns.smart_campaign_by_name,
    "getSmartCampaignByIdUsingGET": campaigns.smart_campaign_by_id,
    "getProgramByIdUsingGET": programs.by_id,
    "getProgramByNameUsingGET": programs.by_name,
    "getProgramListByTagUsingGET": programs.by_tag,
    "browseProgramsUsingGET": programs.browse,
    "updateProgramUsingPOST": programs.update,
    "getAllChannelsUsingGET": programs.channels,
    "getChannelByNameUsingGET": programs.channel_by_name,
    "getTagTypesUsingGET": programs.tag_types,
    "getTagByNameUsingGET": programs.tag_by_name,
    "describeUsingGET_4": objects.describe(objects.opportunity_kind),
    "getOpportunitiesUsingGET": objects.get(objects.opportunity_kind),
    "syncOpportunitiesUsingPOST": objects.sync(objects.opportunity_kind),
    "deleteOpportunitiesUsingPOST": objects.delete(objects.opportunity_kind),
    "describeOpportunityRoleUsingGET": objects.describe(objects.role_kind),
    "getOpportunityRolesUsingGET": objects.get(objects.role_kind),
    "syncOpportunityRolesUsingPOST": objects.sync(objects.role_kind),
    "deleteOpportunityRolesUsingPOST": objects.delete(objects.role_kind),
    "getCompaniesUsingGET": objects.get(objects.company_kind),
    "syncCompaniesUsingPOST": objects.sync(objects.company_kind),
    "listCustomObjectsUsingGET": objects.list_custom,
    "describeUsingGET_1": objects.describe(objects.custom_kind),
    "getCustomObjectsUsingGET": objects.get(objects.custom_kind),
    "syncCustomObjectsUsingPOST": objects.sync(objects.custom_kind),
    "deleteCustomObjectsUsingPOST": objects.delete(objects.custom_kind),
    "importLeadUsingPOST": bulk.import_leads_file,
    "getImportLeadStatusUsingGET": bulk.import_status,
    "getImportLeadFailuresUsingGET": bulk.import_failures,
    "getImportLeadWarningsUsingGET": bulk.import_warnings,
    "importCustomObjectUsingPOST": bulk.import_objects_file,
    "getImportCustomObjectStatusUsingGET": bulk.import_objects_status,
    "createExportLeadsUsingPOST": bulk.create_export("leads"),
    "enqueueExportLeadsUsingPOST": bulk.enqueue_export,
    "getExportLeadsStatusUsingGET": bulk.export_status,
    "getExportLeadsFileUsingGET": bulk.export_file,
    "createExportActivitiesUsingPOST": bulk.create_export("activities"),
    "enqueueExportActivitiesUsingPOST": bulk.enqueue_export,
    "getExportActivitiesStatusUsingGET": bulk.export_status,
    "getExportActivitiesFileUsingGET": bulk.export_file,
}
"""What performs each operation of rules/rest/endpoints.yml, identity aside."""


class RestFace:
    """Answers REST requests on a state, and keeps a list of what was wrong with them."""

    def __init__(self, state: State, credentials: RestCredentials) -> None:
        self.state = state
        self.credentials = credentials
        self.violations: list[Violation] = []
        self._requests = 0

    def answer(self, request: HttpRequest, admit: Callable[[], str | None]) -> HttpResponse:
        """Answer a request; `admit` names the limit that refuses it, if one does."""
        self._requests += 1
        request_id = f"{self._requests:x}#{0x16000000000 + self._requests:x}"
        if request.parts.path == IDENTITY:
            return self.credentials.exchange(read_token_request(request))

        def record(endpoint: Endpoint | None, message: str) -> None:
            line = f"{request.method} {request.parts.path}"
            self.violations.append(Violation(line, endpoint.operation_id if endpoint else None, message))

        try:
            answer = self._perform(request, admit, record)
        except RestError as error:
            return json_response(request_id, failure(error.code, error.message))
        except HttpError as error:
            return HttpResponse(error.status, error.message.encode(), {"Content-Type": "text/plain"})
        if isinstance(answer, FileAnswer):
            return HttpResponse(
                200, answer.content.encode(), {"Content-Type": f"{answer.media_type};charset=UTF-8"}
            )
        return json_response(request_id, answer)

    def _perform(
        self,
        request: HttpRequest,
        admit: Callable[[], str | None],
        record: Callable[[Endpoint | None, str], None],
    ) -> Payload | FileAnswer:
        check_sizes(request, record)
        refuse_old_token(request, record)
        self.credentials.check(request.headers.get("authorization"))
        if (refused := admit()) is not None:
            raise RestError(*LIMIT_ERRORS[refused])
        ask = read_ask(request, record)
        return HANDLERS[ask.endpoint.operation_id](self.state, ask)
