"""One function per chart: each returns an Altair chart whose spec serves browser, report and notebook alike."""
