"""What people read: tables, summaries, articles shown with their layers."""
