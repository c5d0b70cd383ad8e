"""The desk of those who write the content: new topics, spreadsheets in and out, what is published."""
