package org.heratio.offsite.operations.keys;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.EncryptedCopies;
import org.heratio.offsite.openpgp.BcpgPayloadCipher;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decrypts the beginning of the newest encrypted copy at each destination with the passphrase of the settings. A wrong passphrase is thus
 * known the same day, and not at the restore.
 */
public final class PassphraseCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PassphraseCheck.class);
    private static final int HEAD_BYTES = 64 * 1024;

    /** A destination answers within seconds, unless it can only fetch the whole copy, and finishes an upload of hours first. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Settings.Encryption encryption;
    private final EncryptedCopies encryptedCopies;
    private final Collection<Destination> destinations;
    private final Duration limit;
    private final PayloadCipher cipher = new BcpgPayloadCipher();

    public PassphraseCheck(
            Settings.Encryption encryption, EncryptedCopies encryptedCopies, Collection<Destination> destinations) {
        this(encryption, encryptedCopies, destinations, LIMIT);
    }

    /** @param limit how long one destination may take */
    PassphraseCheck(
            Settings.Encryption encryption,
            EncryptedCopies encryptedCopies,
            Collection<Destination> destinations,
            Duration limit) {
        this.encryption = encryption;
        this.encryptedCopies = encryptedCopies;
        this.destinations = List.copyOf(destinations);
        this.limit = limit;
    }

    /** The passphrase that opened a copy. */
    public enum Verdict {
        OPENS,
        /** The passphrase was changed, and nothing has been shipped since. */
        OPENS_WITH_FORMER,
        /** An earlier build misread the passphrase from its environment: gpg does not open the copy with the one that was typed. */
        OPENS_MISREAD,
        DOES_NOT_OPEN,
        /** This process has no passphrase, so that nothing is known of the right one. */
        NO_PASSPHRASE,
        /** The beginning of the copy could not be read. */
        NOT_TRIED
    }

    /**
     * The result for one copy.
     *
     * @param why it was not tried; empty if it was
     */
    public record Result(Copy copy, Verdict verdict, String why) {
        private Result(Copy copy, Verdict verdict) {
            this(copy, verdict, "");
        }

        /** Returns one sentence. */
        public String text() {
            String what = "the newest encrypted copy at " + copy.driver() + ", " + copy.remotePath() + ",";
            return switch (verdict) {
                case OPENS -> what + " opens with the passphrase";
                case OPENS_WITH_FORMER -> what + " opens with a former passphrase, not with the present one";
                case OPENS_MISREAD ->
                    what + " opens only with the passphrase as an earlier build misread it from its environment";
                case DOES_NOT_OPEN -> what + " does not open with the passphrase that is set";
                case NO_PASSPHRASE -> what + " cannot be tried: no passphrase is set here";
                case NOT_TRIED -> what + " could not be tried: " + why;
            };
        }

        /** Returns what to do if it does not open. */
        public String hint() {
            if (verdict == Verdict.OPENS_MISREAD) {
                return MisreadCopies.HINT;
            }
            if (verdict == Verdict.NOT_TRIED) {
                return "look at the destination, then run 'offsite doctor' again";
            }
            return "find the passphrase that it was encrypted with, and put it into the file that"
                    + " BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE names, or back in its place";
        }
    }

    /**
     * Returns a result for each destination that has an encrypted copy. Blocks, for two minutes at most for each. A destination that is
     * unreachable, or too slow, says nothing about the passphrase: its copy is not tried.
     */
    public List<Result> run() throws FailureException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (Destination destination : destinations) {
            Optional<Copy> newest = encryptedCopies.newest(destination.driver());
            if (newest.isPresent() && hasNoPassphrase()) {
                results.add(new Result(newest.get(), Verdict.NO_PASSPHRASE));
            } else if (newest.isPresent()) {
                results.add(checkWithinLimit(destination, newest.get()));
            }
        }
        return results;
    }

    /** Writes the results to the log. */
    public void runToLog() throws FailureException, InterruptedException {
        for (Result result : run()) {
            switch (result.verdict()) {
                case OPENS -> LOG.info("{}", result.text());
                case OPENS_WITH_FORMER, NO_PASSPHRASE, NOT_TRIED -> LOG.warn("{}", result.text());
                case DOES_NOT_OPEN ->
                    LOG.error(
                            "WRONG PASSPHRASE: {}",
                            new Failure(ErrorCode.PASSPHRASE_WRONG, result.text(), result.hint()).oneLine());
                case OPENS_MISREAD ->
                    LOG.error(
                            "MISREAD PASSPHRASE: {}",
                            new Failure(ErrorCode.PASSPHRASE_WRONG, result.text(), result.hint()).oneLine());
            }
        }
    }

    private boolean hasNoPassphrase() {
        return encryption.passphrase() == null && encryption.former().isEmpty();
    }

    private Result checkWithinLimit(Destination destination, Copy copy) throws InterruptedException {
        FutureTask<Result> check = new FutureTask<>(() -> check(destination, copy));
        Thread thread = new Thread(check, "passphrase-check");
        thread.setDaemon(true);
        thread.start();
        try {
            return check.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return notTried(
                    copy,
                    "its head was not there within " + limit.toSeconds()
                            + " s; a destination that cannot read a part of a copy has to fetch it whole");
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "checking the passphrase at " + copy.driver() + " went wrong", e.getCause());
        } finally {
            check.cancel(true);
        }
    }

    private static Result notTried(Copy copy, String why) {
        return new Result(copy, Verdict.NOT_TRIED, why);
    }

    private Result check(Destination destination, Copy copy) throws InterruptedException {
        try {
            return new Result(copy, verdict(destination, copy));
        } catch (FailureIOException e) {
            return notTried(copy, e.failure().oneLine());
        } catch (FailureException e) {
            return notTried(copy, e.failure().oneLine());
        } catch (IOException | IllegalArgumentException e) {
            return notTried(copy, e.toString());
        }
    }

    private Verdict verdict(Destination destination, Copy copy)
            throws FailureException, IOException, InterruptedException {
        Secret passphrase = encryption.passphrase();
        if (passphrase != null && opens(destination, copy, passphrase)) {
            return Verdict.OPENS;
        }
        for (Secret former : encryption.former()) {
            if (opens(destination, copy, former)) {
                return Verdict.OPENS_WITH_FORMER;
            }
        }
        for (Keys.Misread misread : Keys.misread(encryption)) {
            if (opens(destination, copy, misread.passphrase().copy())) {
                return Verdict.OPENS_MISREAD;
            }
        }
        return Verdict.DOES_NOT_OPEN;
    }

    private boolean opens(Destination destination, Copy copy, Secret secret)
            throws FailureException, IOException, InterruptedException {
        return opens(destination, copy, secret.chars());
    }

    /** @param chars are cleared */
    private boolean opens(Destination destination, Copy copy, char[] chars)
            throws FailureException, IOException, InterruptedException {
        try (InputStream payload = destination.open(destination.nameOf(copy.remotePath()), 0, Long.MAX_VALUE);
                InputStream archive = cipher.decrypt(payload, chars)) {
            archive.readNBytes(HEAD_BYTES);
            return true;
        } catch (FailureIOException e) {
            if (e.failure().code() == ErrorCode.PASSPHRASE_WRONG) {
                return false;
            }
            throw e;
        } finally {
            Arrays.fill(chars, '\0');
        }
    }
}
