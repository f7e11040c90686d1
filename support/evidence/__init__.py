"""Progress view, Allure and JUnit results, logs, redaction."""
