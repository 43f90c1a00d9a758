"""Find Marketo SOAP in Python repositories, name its REST replacement, rewrite what is safe."""

__version__ = "0.1.0"
