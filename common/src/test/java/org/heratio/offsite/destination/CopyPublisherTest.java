package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.heratio.offsite.failure.ErrorCode;
import org.junit.jupiter.api.Test;

/** What a power cut leaves, at whatever moment, and whatever the disk has written by then of what nobody asked it to sync. */
class CopyPublisherTest {
    private static final String NAME = "sub/a.gz";
    private static final String SIDECAR = NAME + ".sha256";
    private static final String PAYLOAD_PART = ".offsite-partial/payload";
    private static final String SIDECAR_PART = ".offsite-partial/sidecar";
    private static final PartialNames PARTIAL = new PartialNames(PAYLOAD_PART, SIDECAR_PART, ".offsite-partial/owner");

    @Test
    void noPowerCutLeavesASidecarThatDescribesAnotherPayload() throws Exception {
        for (String old : new String[] {null, "old"}) {
            int cuts = 0;
            for (int operations = 1; ; operations++) {
                Disk disk = disk(old);
                disk.cutAfter(operations);
                boolean done = publish(disk, "new");
                for (Map<String, String> left : disk.whatMayBeLeft()) {
                    requireConsistent(left, old);
                    if (done) {
                        assertThat(left).containsEntry(NAME, "new").containsEntry(SIDECAR, sidecar("new"));
                    }
                    cuts++;
                }
                if (done) {
                    break;
                }
            }
            assertThat(cuts).isGreaterThan(4);
        }
    }

    private static void requireConsistent(Map<String, String> left, String old) {
        String payload = left.get(NAME);
        String sidecar = left.get(SIDECAR);
        if (old == null) {
            assertThat(payload).isIn("new", null);
            if (payload != null) {
                assertThat(sidecar).as("a new payload has a sidecar").isNotNull();
            }
        } else {
            assertThat(payload).as("a copy is there before, and after").isIn("old", "new");
        }
        if (payload != null && sidecar != null) {
            assertThat(sidecar).isEqualTo(sidecar(payload));
        }
    }

    @Test
    void noPowerCutLeavesAPayloadOfWhichNothingIsKnownWhenItIsDeleted() throws Exception {
        for (int operations = 1; operations < 10; operations++) {
            Disk disk = disk("old");
            disk.cutAfter(operations);
            try {
                publisher(disk).remove(NAME);
            } catch (Cut e) {
                // as wanted
            }
            for (Map<String, String> left : disk.whatMayBeLeft()) {
                if (left.containsKey(NAME) && left.containsKey(SIDECAR)) {
                    assertThat(left).containsEntry(SIDECAR, sidecar("old"));
                }
            }
        }
    }

    @Test
    void leavesNothingOfItsOwnBesideAFileThatAppearedAtTheSameMoment() throws Exception {
        Disk disk = disk(null);
        disk.beforePlacing(() -> disk.put(NAME, "a stranger's"));

        assertThatThrownBy(() -> publisher(disk).publish(request("new"), PARTIAL))
                .hasMessageContaining(ErrorCode.DESTINATION_NAME_TAKEN.name());

        assertThat(disk.now()).containsEntry(NAME, "a stranger's").doesNotContainKeys(SIDECAR, OwnerTag.fileFor(NAME));
    }

    private static Disk disk(String old) throws Exception {
        Disk disk = new Disk();
        if (old != null) {
            disk.put(NAME, old);
            disk.put(SIDECAR, sidecar(old));
            disk.put(OwnerTag.fileFor(NAME), new OwnerTag("owner", "earlier").content(NAME));
        }
        disk.put(PAYLOAD_PART, "new");
        disk.put(SIDECAR_PART, sidecar("new"));
        return disk;
    }

    /** Returns whether it came to its end. */
    private static boolean publish(Disk disk, String content) throws Exception {
        try {
            publisher(disk).publish(request(content), PARTIAL);
            return true;
        } catch (Cut e) {
            return false;
        }
    }

    private static CopyPublisher publisher(Disk disk) {
        return new CopyPublisher(disk, new DirectoryLayout("/root"));
    }

    private static PutRequest request(String content) {
        return new PutRequest(
                NAME, Path.of("payload"), content.length(), sha256(content), "owner", "transfer", false, sent -> {});
    }

    private static String sidecar(String content) {
        return Sha256Sidecar.content(sha256(content), NAME);
    }

    private static String sha256(String content) {
        return Payloads.sha256(content.getBytes(StandardCharsets.UTF_8));
    }

    /** The power is off. */
    private static final class Cut extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A disk that keeps small files at once, and names of files only when their directory is synced, or when it likes. */
    private static final class Disk implements CopyFiles {
        private final Map<String, String> durable = new TreeMap<>();
        private final Map<String, String> current = new TreeMap<>();
        private final List<Change> pending = new ArrayList<>();
        private Runnable beforePlacing = () -> {};
        private int left = Integer.MAX_VALUE;

        private record Change(String directory, Consumer<Map<String, String>> what) {}

        void put(String name, String content) {
            durable.put(name, content);
            current.put(name, content);
        }

        void cutAfter(int operations) {
            left = operations;
        }

        void beforePlacing(Runnable action) {
            beforePlacing = action;
        }

        Map<String, String> now() {
            return current;
        }

        List<Map<String, String>> whatMayBeLeft() {
            List<Map<String, String>> all = new ArrayList<>();
            for (int kept = 0; kept < 1 << pending.size(); kept++) {
                Map<String, String> one = new HashMap<>(durable);
                for (int i = 0; i < pending.size(); i++) {
                    if ((kept & 1 << i) != 0) {
                        pending.get(i).what().accept(one);
                    }
                }
                all.add(one);
            }
            return all;
        }

        private void operation() {
            if (left-- == 0) {
                throw new Cut();
            }
        }

        private void change(String name, Consumer<Map<String, String>> what) {
            operation();
            what.accept(current);
            pending.add(new Change(directoryOf(name), what));
        }

        private static String directoryOf(String name) {
            return name.substring(0, name.lastIndexOf('/') + 1);
        }

        @Override
        public boolean exists(String name) {
            return current.containsKey(name);
        }

        @Override
        public boolean isDirectory(String name) {
            return false;
        }

        @Override
        public Optional<String> read(String name, int maxBytes) {
            return Optional.ofNullable(current.get(name));
        }

        @Override
        public boolean create(String temporary, String name, String content) {
            operation();
            if (exists(name)) {
                return false;
            }
            put(name, content);
            return true;
        }

        @Override
        public void overwrite(String temporary, String name, String content) {
            operation();
            put(name, content);
        }

        @Override
        public boolean place(String file, String name) {
            beforePlacing.run();
            if (exists(name)) {
                return false;
            }
            String content = current.get(file);
            change(name, files -> files.put(name, content));
            return true;
        }

        @Override
        public void replace(String file, String name) {
            String content = current.get(file);
            change(name, files -> {
                files.remove(file);
                files.put(name, content);
            });
        }

        @Override
        public void delete(String name) {
            change(name, files -> files.remove(name));
        }

        @Override
        public List<String> list(String directory) {
            return List.of();
        }

        @Override
        public void makeDirectoryOf(String name) {}

        @Override
        public void syncDirectoryOf(String name) {
            operation();
            String directory = directoryOf(name);
            pending.removeIf(change -> {
                boolean synced = change.directory().equals(directory);
                if (synced) {
                    change.what().accept(durable);
                }
                return synced;
            });
        }
    }
}
