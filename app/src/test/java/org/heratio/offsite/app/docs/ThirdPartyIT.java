package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever is given the jar is told whose work is in it, and under which licences. */
class ThirdPartyIT {
    private static final Pattern LISTED = Pattern.compile("\\([\\w.-]+:([\\w.-]+):([\\w.-]+) - ");

    private JarFile offsite;

    @BeforeEach
    void open() throws IOException {
        offsite = new JarFile(new File("target/offsite.jar"));
    }

    @AfterEach
    void close() throws IOException {
        offsite.close();
    }

    @Test
    void namesEveryLibraryInTheJar() throws IOException {
        List<String> listed = LISTED.matcher(text("META-INF/THIRD-PARTY.txt"))
                .results()
                .map(library -> library.group(1) + "-" + library.group(2))
                .toList();
        List<String> bundled = bundled();
        assertThat(bundled)
                .hasSizeGreaterThan(50)
                .allSatisfy(library -> assertThat(listed).as(library).anyMatch(library::startsWith));
    }

    @Test
    void holdsTheTextsOfTheLicences() throws IOException {
        assertThat(text("META-INF/licenses/Apache-2.0.txt")).contains("Apache License");
        assertThat(text("META-INF/licenses/LGPL-2.1.txt")).contains("GNU LESSER GENERAL PUBLIC LICENSE");
        assertThat(text("META-INF/licenses/MPL-2.0.txt")).contains("Mozilla Public License Version 2.0");
        assertThat(text("META-INF/LICENSE")).contains("PostgreSQL Global Development Group", "Java Native Access");
        assertThat(text("META-INF/LICENSE.txt")).contains("QOS.ch");
        assertThat(text("META-INF/LICENSE.md")).contains("Bouncy Castle", "Eclipse Public License");
        assertThat(text("META-INF/NOTICE")).contains("Jackson JSON processor", "AWS SDK for Java");
    }

    /** The file names of those libraries of this test whose first class is in the jar. */
    private List<String> bundled() throws IOException {
        List<String> found = new ArrayList<>();
        String path = System.getProperty("java.class.path");
        for (String entry : path.split(File.pathSeparator)) {
            Path library = Path.of(entry);
            // a module of ours lies in a target directory, a library in the local repository
            if (entry.endsWith(".jar") && !library.getParent().endsWith("target")) {
                Optional<String> first = firstClass(library);
                if (first.isPresent() && offsite.getEntry(first.get()) != null) {
                    found.add(library.getFileName().toString());
                }
            }
        }
        return found;
    }

    private static Optional<String> firstClass(Path library) throws IOException {
        try (JarFile jar = new JarFile(library.toFile())) {
            return jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class"))
                    .filter(name -> !name.startsWith("META-INF/") && !name.endsWith("module-info.class"))
                    .findFirst();
        }
    }

    private String text(String name) throws IOException {
        JarEntry entry = offsite.getJarEntry(name);
        assertThat(entry).as(name).isNotNull();
        try (InputStream in = offsite.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
