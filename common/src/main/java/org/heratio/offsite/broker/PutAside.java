package org.heratio.offsite.broker;

/** Headers of letters that the server put aside by itself. A broker writes them when letters are looked at; no message travels with them. */
public final class PutAside {
    /** RabbitMQ's word for why: {@code expired}, {@code maxlen}, {@code delivery_limit} or {@code rejected}. */
    public static final String REASON = "x-offsite-put-aside-reason";

    /** When, in epoch milliseconds. */
    public static final String AT = "x-offsite-put-aside-at";

    private PutAside() {}
}
