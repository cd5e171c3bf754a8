"""What the README's claims of speed rest on. Each script prints its table and puts it into README.md."""
