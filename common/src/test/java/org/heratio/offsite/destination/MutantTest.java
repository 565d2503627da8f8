package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.destination.DestinationContract.Action;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/**
 * Drivers that break one promise each, and the case of a contract that catches it. The one trait that needs a host, to wait for ever,
 * is in {@code PatientMutantIT}.
 */
class MutantTest {
    @TempDir
    Path temp;

    /** A promise that is broken, and what catches it. */
    enum Trait {
        NO_MARKER {
            @Override
            Action caughtBy(Suite suite) {
                return suite.directory::marksThePlaceWithTheFirstPut;
            }
        },
        NO_SYNC {
            @Override
            Action caughtBy(Suite suite) {
                return suite.directory::hasOnDiskWhatItHasPut;
            }
        },
        NO_FILE_MODE {
            @Override
            Action caughtBy(Suite suite) {
                return suite.directory::keepsCopiesFromTheEyesOfOthers;
            }
        },
        NO_RATE_LIMIT {
            @Override
            Action caughtBy(Suite suite) {
                return suite.general::keepsAllPutsTogetherToTheRate;
            }
        },
        PAYLOAD_BEFORE_SIDECAR {
            @Override
            Action caughtBy(Suite suite) {
                return suite.directory::givesTheSidecarOfANewCopyItsNameFirst;
            }
        },
        OUTAGE_CALLED_DENIED {
            @Override
            Action caughtBy(Suite suite) {
                return suite.directory::takesAnEmptyPlaceForUnmountedWhenTheLedgerKnowsOfCopiesThere;
            }
        },
        REMOVES_RUNNING_PUTS {
            @Override
            Action caughtBy(Suite suite) {
                return suite.general::refusesASecondPutWithOneIdAndLeavesTheFirstAlone;
            }
        },
        READS_ON {
            @Override
            Action caughtBy(Suite suite) {
                return suite.general::readsNoMoreThanWasExpected;
            }
        },
        NAMES_CHECKED_IN_PUT_ALONE {
            @Override
            Action caughtBy(Suite suite) {
                return suite.general::refusesUnusableNamesInEveryMethod;
            }
        };

        abstract Action caughtBy(Suite suite);
    }

    @ParameterizedTest
    @EnumSource
    void isCaught(Trait trait) throws Exception {
        Suite honest = new Suite(Files.createDirectory(temp.resolve("honest")), Optional.empty());
        Suite mutant = new Suite(Files.createDirectory(temp.resolve("mutant")), Optional.of(trait));
        try {
            assertThatCode(() -> trait.caughtBy(honest).run()).doesNotThrowAnyException();
        } catch (TestAbortedException e) {
            throw e; // what this machine cannot tell
        } finally {
            honest.close();
        }
        try {
            assertThatThrownBy(() -> trait.caughtBy(mutant).run()).isInstanceOf(AssertionError.class);
        } finally {
            mutant.close();
        }
    }

    /** The contracts, joined by a driver with or without a trait. */
    static final class Suite implements AutoCloseable {
        final DestinationContract general;
        final DirectoryContract directory;

        Suite(Path temp, Optional<Trait> trait) throws Exception {
            General general = new General(trait);
            general.temp = Files.createDirectory(temp.resolve("general"));
            general.openDestination();
            Directory directory = new Directory(trait);
            directory.temp = Files.createDirectory(temp.resolve("directory"));
            directory.openDestination();
            this.general = general;
            this.directory = directory;
        }

        @Override
        public void close() throws Exception {
            general.closeAll();
            directory.closeAll();
        }
    }

    private static final class General extends DestinationContract {
        private final Optional<Trait> trait;

        General(Optional<Trait> trait) {
            this.trait = trait;
        }

        @Override
        protected Destination open() {
            return new Mutant(temp.resolve("destination"), () -> false, RateLimit.NONE, trait);
        }

        @Override
        protected Destination limited(RateLimit limit) {
            return new Mutant(temp.resolve("limited"), () -> false, limit, trait);
        }

        @Override
        protected Destination forbidden() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected Narrow narrow() {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Directory extends DirectoryContract {
        private final Optional<Trait> trait;

        Directory(Optional<Trait> trait) {
            this.trait = trait;
        }

        @Override
        protected Destination open(BooleanSupplier holdsCopies) {
            return new Mutant(root(), holdsCopies, RateLimit.NONE, trait);
        }

        @Override
        protected Path root() {
            return temp.resolve("destination");
        }
    }

    /** The localfs driver, and after each put a hand that undoes one promise. */
    private static final class Mutant extends ForwardingDestination {
        private final Path root;
        private final LocalFsDestination real;
        private final Optional<Trait> trait;
        private volatile boolean removed;

        Mutant(Path root, BooleanSupplier holdsCopies, RateLimit limit, Optional<Trait> trait) {
            this.root = root;
            this.trait = trait;
            this.real = new LocalFsDestination(root, holdsCopies, has(Trait.NO_RATE_LIMIT) ? RateLimit.NONE : limit);
        }

        private boolean has(Trait one) {
            return trait.equals(Optional.of(one));
        }

        @Override
        protected Destination real() {
            return real;
        }

        @Override
        protected Destination always() {
            return real;
        }

        @Override
        public Stored put(PutRequest request) throws FailureException, InterruptedException {
            Stored stored = asItSaysIt(() -> real.put(request));
            try {
                spoil(root.resolve(request.name()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return stored;
        }

        private void spoil(Path payload) throws IOException {
            Path sidecar = payload.resolveSibling(payload.getFileName() + Sha256Sidecar.ENDING);
            if (has(Trait.NO_MARKER)) {
                Files.delete(root.resolve(DirectoryLayout.MARKER));
            }
            if (has(Trait.NO_FILE_MODE)) {
                Files.setPosixFilePermissions(payload, PosixFilePermissions.fromString("rw-r--r--"));
            }
            if (has(Trait.NO_SYNC)) {
                byte[] bytes = Files.readAllBytes(payload);
                Files.delete(payload);
                Files.write(payload, bytes);
            }
            if (has(Trait.REMOVES_RUNNING_PUTS) && removed) {
                // what was sent before is gone
                Files.write(payload, new byte[0]);
            }
            if (has(Trait.PAYLOAD_BEFORE_SIDECAR)) {
                Path aside = root.resolve("aside");
                Files.move(sidecar, aside);
                Files.move(aside, sidecar);
            }
        }

        @Override
        public Optional<Occupant> look(String name) throws FailureException, InterruptedException {
            try {
                return asItSaysIt(() -> real.look(name));
            } catch (FailureException e) {
                if (unchecked(e)) {
                    return Optional.empty();
                }
                throw e;
            }
        }

        @Override
        public InputStream open(String name, long offset, long expected) throws FailureException, InterruptedException {
            try {
                return asItSaysIt(() -> real.open(name, offset, has(Trait.READS_ON) ? Long.MAX_VALUE : expected));
            } catch (FailureException e) {
                throw unchecked(e) ? new FailureException(ErrorCode.COPY_MISSING, name + " is not there") : e;
            }
        }

        @Override
        public void delete(String name) throws FailureException, InterruptedException {
            try {
                real.delete(name);
            } catch (FailureException e) {
                if (!unchecked(e)) {
                    throw e;
                }
            }
        }

        @Override
        public void removeAbandoned(String owner, Keep keep) throws FailureException, InterruptedException {
            removed = true;
            real.removeAbandoned(owner, keep);
        }

        private boolean unchecked(FailureException e) {
            return has(Trait.NAMES_CHECKED_IN_PUT_ALONE) && e.failure().code() == ErrorCode.ARCHIVE_NAME_UNUSABLE;
        }

        private interface Work<T> {
            T run() throws FailureException, InterruptedException;
        }

        private <T> T asItSaysIt(Work<T> work) throws FailureException, InterruptedException {
            try {
                return work.run();
            } catch (FailureException e) {
                boolean outage = e.failure().code() == ErrorCode.DESTINATION_UNREACHABLE;
                throw outage && has(Trait.OUTAGE_CALLED_DENIED)
                        ? new FailureException(
                                ErrorCode.DESTINATION_DENIED, e.failure().reason())
                        : e;
            }
        }
    }
}
