"""How any application takes items in and answers queries."""
