"""What courses add to pages: quizzes, and the way through the lessons."""
