"""What did the person mean? Text in; one of five frozen values out."""
