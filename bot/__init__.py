"""The application: what happens. Imports matching; never an SDK, SQL, HTTP or a scheduler."""
