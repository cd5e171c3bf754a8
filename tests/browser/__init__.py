"""Tests in a JupyterLab; a package, so that its course is closed when a worker goes on to other tests."""
