package org.heratio.offsite.app.page;

import org.junit.jupiter.api.AfterAll;

/** A browser and a page for all tests of a class. The class starts them; they end with it. */
abstract class BrowserSuite {
    static Chromium chromium;
    static PageServer server;

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
            server = null;
        }
        if (chromium != null) {
            chromium.close();
            chromium = null;
        }
    }
}
