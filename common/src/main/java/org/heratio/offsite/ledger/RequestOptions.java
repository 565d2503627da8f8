package org.heratio.offsite.ledger;

/**
 * What a person asked for with a request, as the ledger has it: a message only says so.
 *
 * @param force ship again what is shipped already, under the same name
 * @param plain ship without encryption although a passphrase is set
 */
public record RequestOptions(boolean force, boolean plain) {
    /** Nothing out of the ordinary. */
    public static final RequestOptions NONE = new RequestOptions(false, false);
}
