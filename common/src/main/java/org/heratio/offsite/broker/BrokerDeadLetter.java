package org.heratio.offsite.broker;

/** Headers of messages that the server itself dead-lettered. A broker adds them when letters are read; no message travels with them. */
public final class BrokerDeadLetter {
    /** RabbitMQ's reason: {@code expired}, {@code maxlen}, {@code delivery_limit} or {@code rejected}. */
    public static final String REASON = "x-offsite-put-aside-reason";

    /** The time, in epoch milliseconds. */
    public static final String AT = "x-offsite-put-aside-at";

    private BrokerDeadLetter() {}
}
