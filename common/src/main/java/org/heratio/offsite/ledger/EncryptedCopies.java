package org.heratio.offsite.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The copies by the key that opens them. The rules of {@link Ledger} hold. */
public interface EncryptedCopies {
    /** Returns the number of encrypted copies by key id; an empty id stands for an unknown key. */
    Map<String, Long> counts() throws LedgerException;

    /** Returns the copies that were shipped encrypted with one of the keys, in any state, oldest first. */
    List<EncryptedCopy> copiesOf(Collection<String> keyIds) throws LedgerException;

    /**
     * Queues a copy to be shipped again, encrypted with the present key and under another name. It becomes PENDING, the stored bytes stay
     * untouched, and payloads made with its key are deleted. A restore uses the old copy until the new one is stored.
     *
     * @return false when the copy no longer has that key, or its version was superseded
     */
    boolean shipBeside(EncryptedCopy old) throws LedgerException;

    /** Returns whether anything was ever encrypted, by us or by Heratio: a copy, a payload, a row of the public table. */
    boolean hasAny() throws LedgerException;

    /** Returns the encrypted copy at a destination that was shipped last and is not known to be damaged; empty where there is none. */
    Optional<Copy> newest(String driver) throws LedgerException;
}
