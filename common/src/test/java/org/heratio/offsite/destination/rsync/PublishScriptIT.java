package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts that publish, killed before each tool that they call, and two of them at once. */
class PublishScriptIT {
    private static final String MINE = "mine";
    private static final String OTHERS = "others";
    private static final String NAME = "sub/ü\n'; rm \\n.gz";
    private static final int RACES = Integer.getInteger("offsite.races", 25);

    @TempDir
    private Path temp;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private Payloads mine;
    private Payloads others;
    private int number;

    /** What is at the name before the put. */
    enum Before {
        NOTHING,
        OUR_COPY,
        UNTAGGED_FILE
    }

    @BeforeEach
    void makePayloads() throws Exception {
        mine = new Payloads(Files.createDirectories(temp.resolve("mine")), MINE);
        others = new Payloads(Files.createDirectories(temp.resolve("others")), OTHERS);
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({
        "NOTHING, true", "OUR_COPY, true", "UNTAGGED_FILE, true",
        "NOTHING, false", "OUR_COPY, false", "UNTAGGED_FILE, false"
    })
    void goesOnAfterACrashBetweenAnyTwoStepsAndLetsNobodyElseHaveTheName(Before before, boolean links)
            throws Exception {
        ScriptedHost untouched = host(links);
        PutRequest request = prepared(untouched, before);
        Set<String> left = new HashSet<>();
        int step = 1;
        ScriptedHost host = copyOf(untouched);
        while (host.killed(host.scripts().publish(request), step)) {
            assertConsistent(host.root());
            // whoever comes afterwards finds nothing else of the crash
            if (left.add(host.state())) {
                goOnAlone(copyOf(host), request);
                goOnAfterOthers(host, request, before);
            }
            step++;
            host = copyOf(untouched);
        }
        assertThat(step).isGreaterThan(12);
    }

    private void goOnAlone(ScriptedHost host, PutRequest request) throws Exception {
        PutRequest again = sealedAnew(request);
        assertThat(host.prepare(again)).isEqualTo("ready");
        assertFinishes(host, again);
    }

    private void goOnAfterOthers(ScriptedHost host, PutRequest request, Before before) throws Exception {
        boolean claimed = Files.exists(host.root().resolve(OwnerTag.fileFor(NAME)));
        boolean taken = othersGetIt(host, before == Before.NOTHING && !claimed);

        PutRequest again = sealedAnew(request);
        String prepared = host.prepare(again);
        assertConsistent(host.root());
        if (taken) {
            assertThat(prepared).isEqualTo("taken");
        } else {
            assertThat(prepared).isEqualTo("ready");
            assertFinishes(host, again);
        }
    }

    private void assertFinishes(ScriptedHost host, PutRequest request) throws Exception {
        assertConsistent(host.root());
        assertThat(host.run(host.scripts().publish(request)).word()).isEqualTo("published");
        assertIsCopyOf(host.root(), request);
        assertThat(host.root().resolve(DirectoryLayout.PARTIAL + "/" + Names.partial(request)))
                .doesNotExist();
    }

    private PutRequest prepared(ScriptedHost host, Before before) throws Exception {
        Path file = host.root().resolve(NAME);
        Files.createDirectories(file.getParent());
        PutRequest request = mine.request(NAME, bytes("a new copy"));
        switch (before) {
            case NOTHING -> request = Payloads.replacingOnlyItsOwn(request);
            case OUR_COPY -> {
                request = Payloads.replacingOnlyItsOwn(request);
                assertThat(host.put(mine.request(NAME, bytes("an old copy")))).isEqualTo("published");
            }
            case UNTAGGED_FILE -> {
                Files.write(file, bytes("untagged"));
                Files.writeString(sidecar(file), Sha256Sidecar.content(Payloads.sha256(bytes("untagged")), NAME));
            }
        }
        assertThat(host.prepare(request)).isEqualTo("ready");
        return request;
    }

    /** Lets another installation put at the name. Returns whether it got it, which it may only if nobody has it. */
    private boolean othersGetIt(ScriptedHost host, boolean free) throws Exception {
        PutRequest theirs = Payloads.replacingOnlyItsOwn(others.request(NAME, bytes("theirs")));
        String answer = host.put(theirs);
        if (free) {
            assertThat(answer).isEqualTo("published");
            assertIsCopyOf(host.root(), theirs);
        } else {
            assertThat(answer).isIn("taken", "torn");
            assertConsistent(host.root());
        }
        return free;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesANameToOneOfTwoThatPublishAtOnce(boolean links) throws Exception {
        ScriptedHost host = host(links);
        for (int i = 0; i < RACES; i++) {
            String name = "race-" + i + ".gz";
            PutRequest one = Payloads.replacingOnlyItsOwn(mine.request(name, bytes("one")));
            PutRequest two = Payloads.replacingOnlyItsOwn(others.request(name, bytes("two")));
            host.prepare(one);
            host.prepare(two);
            CyclicBarrier start = new CyclicBarrier(2);
            Future<String> first = threads.submit(publishing(host, one, start));
            Future<String> second = threads.submit(publishing(host, two, start));
            List<String> answers = List.of(first.get(1, TimeUnit.MINUTES), second.get(1, TimeUnit.MINUTES));

            assertThat(answers).containsOnlyOnce("published").containsAnyOf("taken", "torn");
            assertIsCopyOf(host.root(), answers.get(0).equals("published") ? one : two);
        }
    }

    private static Callable<String> publishing(ScriptedHost host, PutRequest request, CyclicBarrier start) {
        return () -> {
            Process process = host.start(0);
            start.await(1, TimeUnit.MINUTES);
            return Answer.of(ScriptedHost.output(process, host.scripts().publish(request)))
                    .word();
        };
    }

    @ParameterizedTest
    @CsvSource({"true, 'claimed=false\n'", "false, 'claimed=false\n'", "true, 'place() {\n'", "false, 'place() {\n'"})
    void takesBackItsTagAndSidecarWhenAFileAppearsAtTheName(boolean links, String moment) throws Exception {
        ScriptedHost host = host(links);
        PutRequest request = Payloads.replacingOnlyItsOwn(mine.request(NAME, bytes("a copy")));
        assertThat(host.prepare(request)).isEqualTo("ready");
        Path file = host.root().resolve(NAME);
        String appears = moment + "printf theirs > \"$f\"\n";

        String script = host.scripts().publish(request).replace(moment, appears);

        assertThat(script).contains(appears);
        assertThat(host.run(script).word()).isEqualTo("taken");
        assertThat(file).hasContent("theirs");
        assertThat(sidecar(file)).doesNotExist();
        assertThat(host.root().resolve(OwnerTag.fileFor(NAME))).doesNotExist();
    }

    @Test
    void speaksTheLanguageOfEachShell() throws Exception {
        List<List<String>> shells = Stream.of("dash", "bash", "bash --posix", "busybox sh", "mksh", "ksh93", "yash")
                .map(command -> List.of(command.split(" ")))
                .map(PublishScriptIT::installed)
                .flatMap(Optional::stream)
                .toList();
        assertThat(shells).isNotEmpty();
        for (List<String> shell : shells) {
            for (boolean links : new boolean[] {true, false}) {
                assertWorks(new ScriptedHost(temp.resolve("host " + number++), links, shell));
            }
        }
    }

    private void assertWorks(ScriptedHost host) throws Exception {
        assertThat(host.put(Payloads.replacingOnlyItsOwn(mine.request(NAME, bytes("first")))))
                .isEqualTo("published");
        PutRequest second = Payloads.replacingOnlyItsOwn(mine.request(NAME, bytes("second")));
        assertThat(host.put(second)).isEqualTo("published");
        assertThat(host.put(others.request(NAME, bytes("theirs")))).isEqualTo("taken");
        assertIsCopyOf(host.root(), second);
        Answer looked = host.run(host.scripts().stat(NAME));
        assertThat(looked.word() + " " + looked.rest()).isEqualTo("file 6 mine " + second.transferId());
        assertThat(Sha256Sidecar.parse(looked.body())).contains(second.sha256());
        host.run(host.scripts().delete(NAME));
        assertThat(host.run(host.scripts().stat(NAME)).rest()).contains("No such file");
        assertThat(host.put(Payloads.replacingOnlyItsOwn(others.request(NAME, bytes("theirs")))))
                .isEqualTo("published");
    }

    /** The shell by its full path, since the host's own tools are few. */
    private static Optional<List<String>> installed(List<String> shell) {
        return Requires.find(shell.get(0)).map(file -> {
            List<String> command = new ArrayList<>(List.of(file.toString()));
            command.addAll(shell.subList(1, shell.size()));
            command.add("-s");
            return command;
        });
    }

    private ScriptedHost host(boolean links) throws Exception {
        return new ScriptedHost(temp.resolve("host " + number++), links, List.of("/bin/sh", "-s"));
    }

    private ScriptedHost copyOf(ScriptedHost host) throws Exception {
        return host.copy(temp.resolve("host " + number++));
    }

    /** The same put after another run of the encryption, which has other bytes. */
    private static PutRequest sealedAnew(PutRequest request) throws Exception {
        byte[] bytes = bytes("another seal");
        Files.write(request.file(), bytes);
        return new PutRequest(
                request.name(),
                request.file(),
                bytes.length,
                Payloads.sha256(bytes),
                request.owner(),
                request.transferId(),
                request.replacesUntagged(),
                request.progress());
    }

    private static void assertIsCopyOf(Path root, PutRequest request) throws Exception {
        Path file = root.resolve(request.name());
        assertThat(file).hasSameBinaryContentAs(request.file());
        assertThat(sidecar(file)).hasContent(Sha256Sidecar.content(request.sha256(), request.name()));
        assertThat(OwnerTag.parse(Files.readString(root.resolve(OwnerTag.fileFor(request.name())))))
                .contains(OwnerTag.of(request));
    }

    /** ADR 6: no sidecar stands beside a payload that it does not describe. */
    private static void assertConsistent(Path root) throws Exception {
        Path file = root.resolve(NAME);
        if (Files.exists(file) && Files.exists(sidecar(file))) {
            assertThat(Sha256Sidecar.parse(Files.readString(sidecar(file))))
                    .contains(Payloads.sha256(Files.readAllBytes(file)));
        }
    }

    private static Path sidecar(Path file) {
        return file.resolveSibling(Sha256Sidecar.nameFor(file.getFileName().toString()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
