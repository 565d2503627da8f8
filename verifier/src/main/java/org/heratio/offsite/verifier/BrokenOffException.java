package org.heratio.offsite.verifier;

import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** A stream of a copy that broke off with an error; carries what came before. */
final class BrokenOffException extends FailureException {
    private static final long serialVersionUID = 1L;

    private final transient Prefix prefix;

    /**
     * The bytes before the break.
     *
     * @param sha256 of these bytes, hex
     */
    record Prefix(long count, String sha256) {}

    BrokenOffException(String remotePath, String driver, Prefix prefix, Throwable cause) {
        super(
                ErrorCode.DESTINATION_IO,
                "reading " + remotePath + " broke off after " + prefix.count() + " bytes: " + cause.getMessage(),
                "look at the connection to " + driver,
                cause);
        this.prefix = prefix;
    }

    Prefix prefix() {
        return prefix;
    }
}
