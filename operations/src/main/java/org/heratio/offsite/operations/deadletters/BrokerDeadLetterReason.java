package org.heratio.offsite.operations.deadletters;

import java.util.Arrays;
import org.heratio.offsite.broker.BrokerDeadLetter;
import org.jspecify.annotations.Nullable;

/** The reason why RabbitMQ itself dead-lettered a message; its name is the code. */
enum BrokerDeadLetterReason {
    EXPIRED(
            "expired",
            "it waited longer than a policy of RabbitMQ's lets messages live",
            "take message-ttl out of the policy for this queue (rabbitmqctl list_policies), then replay it"),
    QUEUE_LIMIT(
            "maxlen",
            "its queue was longer than a policy of RabbitMQ's allows",
            "take max-length out of the policy for this queue (rabbitmqctl list_policies), then replay it"),
    DELIVERED_TOO_OFTEN(
            "delivery_limit",
            "it was delivered over and over, and no process came to an end with it",
            "look in the log of that stage why processes die or are cut off over it, then replay it"),
    REJECTED(
            "rejected",
            "something that consumes the queue rejected it",
            "offsite never does that: look what else consumes this queue, then replay it"),
    UNEXPLAINED(
            "",
            "no stage gave it up, and RabbitMQ does not say why it lies here",
            "somebody may have put it here by hand: look at it, then replay or discard it");

    private final String word;
    private final String reason;
    private final String hint;

    BrokerDeadLetterReason(String word, String reason, String hint) {
        this.word = word;
        this.reason = reason;
        this.hint = hint;
    }

    /** @param word as in {@link BrokerDeadLetter#REASON}, or null */
    static BrokerDeadLetterReason of(@Nullable String word) {
        return Arrays.stream(values())
                .filter(each -> each.word.equals(word))
                .findFirst()
                .orElse(UNEXPLAINED);
    }

    String reason() {
        return reason;
    }

    String hint() {
        return hint;
    }
}
