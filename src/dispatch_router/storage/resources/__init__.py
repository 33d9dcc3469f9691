"""The district's resources in SQL, in the same transactions as the desk."""
