package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvFileTest {
    @Test
    void readsBareValuesAndSkipsCommentsAndBlankLines() {
        assertThat(
                        values(
                                "# a comment\n\nA=1\n   # another\n  B = two  \nC=three # behind\nD=four#tight\nE=#nothing\nF=\n"))
                .containsExactly(
                        Map.entry("A", "1"),
                        Map.entry("B", "two"),
                        Map.entry("C", "three"),
                        Map.entry("D", "four"),
                        Map.entry("E", ""),
                        Map.entry("F", ""));
    }

    @Test
    void keepsEverythingInSingleQuotesAsItIs() {
        assertThat(values("A='x # y \\n ${HOME} \"z\"' # comment\n")).containsEntry("A", "x # y \\n ${HOME} \"z\"");
    }

    @Test
    void resolvesEscapesInDoubleQuotes() {
        assertThat(values("A=\"a\\tb\\n\\\"c\\\" \\\\ \\$ # d\" # comment\n"))
                .containsEntry("A", "a\tb\n\"c\" \\ $ # d");
    }

    @Test
    void readsDoubleQuotedValuesOfSeveralLines() {
        assertThat(values("KEY=\"-----BEGIN\nabc=\n-----END\"\nNEXT=1\n"))
                .containsEntry("KEY", "-----BEGIN\nabc=\n-----END")
                .containsEntry("NEXT", "1");
    }

    @Test
    void takesExportAndQuotedNames() {
        assertThat(values("export A=1\nexport\tB=2\n'C'=3\nexported=4\n"))
                .containsOnly(
                        Map.entry("A", "1"), Map.entry("B", "2"), Map.entry("C", "3"), Map.entry("exported", "4"));
    }

    @Test
    void expandsEarlierNamesAndTheEnvironmentOverThem() {
        EnvFile file = EnvFile.parse(
                "ROOT=/srv\nUSERNAME=low\nA=${ROOT}/a\nB=\"${ROOT}/${USERNAME} b\"\nC='${ROOT}'\nD=${NOWHERE}\nE=\"\\${ROOT}\"\nF=$ROOT\nG=${LATER}\nLATER=1\n",
                ".env",
                Environment.of(Map.of("USERNAME", "heratio")));

        assertThat(file.problems()).isEmpty();
        assertThat(file.values())
                .containsEntry("A", "/srv/a")
                .containsEntry("B", "/srv/heratio b")
                .containsEntry("C", "${ROOT}")
                .containsEntry("D", "${NOWHERE}")
                .containsEntry("E", "${ROOT}")
                .containsEntry("F", "$ROOT")
                .containsEntry("G", "${LATER}");
    }

    @Test
    void doesNotExpandWhatAnExpandedValueHolds() {
        assertThat(values("A='${B}$1\\\\'\nB=x\nC=${A}\n")).containsEntry("C", "${B}$1\\\\");
    }

    @Test
    void readsFilesFromWindows() {
        assertThat(values("\ufeffA=1\r\nB=\"x\r\ny\"\r\nC='z'\r\n"))
                .containsOnly(Map.entry("A", "1"), Map.entry("B", "x\ny"), Map.entry("C", "z"));
    }

    @Test
    void readsTheLastLineWithoutANewline() {
        assertThat(values("A=1")).containsEntry("A", "1");
        assertThat(values("A=\"1\"")).containsEntry("A", "1");
        assertThat(values("A=")).containsEntry("A", "");
    }

    @Test
    void takesTheLastOfTwo() {
        assertThat(values("A=1\nA=2\n")).containsEntry("A", "2");
    }

    @Test
    void keepsQuotesInTheMiddleAndEqualsSigns() {
        assertThat(values("A=it's\nB=a=b==\nC=back\\slash\n"))
                .containsEntry("A", "it's")
                .containsEntry("B", "a=b==")
                .containsEntry("C", "back\\slash");
    }

    @Test
    void aNameWithoutAnEqualsSignHasNoValue() {
        assertThat(values("A=1\nA\nB=2\n")).containsOnly(Map.entry("B", "2"));
    }

    @Test
    void saysTheLineOfEveryProblemAndShowsNoValue() {
        EnvFile file = EnvFile.parse(
                "GOOD=1\nA=s3cret two\nB='s3cret\nC=\"s3cret\" s3cret\nD=\"s3cret\\q\"\ns3cret -- words\n=s3cret\nLAST=2\nE=\"s3cret\nto the end\n",
                "/srv/.env",
                Environment.of(Map.of()));

        assertThat(file.values()).containsEntry("GOOD", "1").containsEntry("LAST", "2");
        assertThat(file.problems())
                .extracting(ConfigProblem::text)
                .satisfiesExactly(
                        text -> assertThat(text).startsWith("/srv/.env, line 2: "),
                        text -> assertThat(text).startsWith("/srv/.env, line 3: "),
                        text -> assertThat(text).startsWith("/srv/.env, line 4: "),
                        text -> assertThat(text).startsWith("/srv/.env, line 5: "),
                        text -> assertThat(text).startsWith("/srv/.env, line 6: "),
                        text -> assertThat(text).startsWith("/srv/.env, line 7: "),
                        text -> assertThat(text).startsWith("/srv/.env, line 9: "),
                        text -> assertThat(text).startsWith("/srv/.env, line 10: "));
        assertThat(file.problems().toString()).doesNotContain("s3cret");
    }

    @Test
    void namesASecretThatAHashMayHaveCutShort() {
        for (String value : List.of("abc#def", "abc #def", "abc  #def", "'abc'#def", "\"abc\"#def", "abc#")) {
            assertThat(warnings(value))
                    .as(value)
                    .singleElement()
                    .asString()
                    .contains(".env, line 1: the value of BACKUP_ENCRYPTION_PASSPHRASE ends at the #");
        }
        for (String value :
                List.of("abc", "abc # a comment", "abc #", "'abc' #a comment", "'abc #def'", "\"abc#def\"")) {
            assertThat(warnings(value)).as(value).isEmpty();
        }
    }

    private static List<String> warnings(String passphrase) {
        return EnvFile.parse(
                        "BACKUP_ENCRYPTION_PASSPHRASE=" + passphrase + "\nAPP_NAME=a#b\n",
                        ".env",
                        Environment.of(Map.of()))
                .warnings();
    }

    private static Map<String, String> values(String text) {
        EnvFile file = EnvFile.parse(text, ".env", Environment.of(Map.of()));
        assertThat(file.problems()).isEmpty();
        return file.values();
    }
}
