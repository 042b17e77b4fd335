"""People, roles in places with dates, permissions and sessions."""
