package org.heratio.offsite.openpgp;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets this JVM derive keys and their ids at the least cost during a test class, which is about other things. */
public final class QuickKeys implements BeforeAllCallback, AfterAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        System.setProperty(S2kCount.TEST_PROPERTY, "0");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        System.clearProperty(S2kCount.TEST_PROPERTY);
    }
}
