"""Who should meet whom, and why. Pure: no database, no platform, no clock, nothing of ours."""
