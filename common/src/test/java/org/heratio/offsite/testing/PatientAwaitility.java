package org.heratio.offsite.testing;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives {@code await()} without a bound of its own that of {@link HangLimit}, in all modules: the service loader registers it. */
public final class PatientAwaitility implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(HangLimit.STEP);
    }
}
