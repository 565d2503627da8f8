package org.heratio.offsite.ledger;

/**
 * The options of a request, as the ledger has them. Those of a message are not trusted.
 *
 * @param force ship again what is shipped already, under the same name
 * @param plain ship without encryption although a passphrase is set
 */
public record RequestOptions(boolean force, boolean plain) {
    /** Nothing out of the ordinary. */
    public static final RequestOptions NONE = new RequestOptions(false, false);
}
