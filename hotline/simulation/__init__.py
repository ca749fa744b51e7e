"""Days of demand over the real towns, dispatched by the real code on a simulated clock."""
