package org.heratio.offsite.event;

/**
 * Something that happened, or that is asked for, as it travels over the broker. Events name archives, payloads and copies by
 * their ledger ids; every stage looks them up anew and trusts nothing else. None carries a secret or file content.
 *
 * <p>The simple name of the record, in kebab case, is its {@code type} on the wire ({@link EventCodec}).
 */
public sealed interface Event
        permits ScanRequested,
                ArchiveSettled,
                PayloadReady,
                CopyReplicated,
                VerifyRequested,
                CopyDue,
                RepairRequested,
                ScanCompleted,
                ArchiveFailed,
                CopyVerified,
                CopyFailed,
                WorkProgress {

    /** The routing key on the topic exchange. */
    String routingKey();
}
