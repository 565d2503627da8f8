package org.heratio.offsite.destination.rsync;

import static org.heratio.offsite.destination.rsync.RemoteShell.quoted;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Sha256Sidecar;

/**
 * The scripts that run at the host, for any POSIX shell, GNU, BSD or busybox. Each first prints the state of the directory (a word of
 * {@link Presence.State}), then an answer whose first word says which it is.
 */
final class Scripts {
    private static final String PRELUDE =
            """
            set -u
            LC_ALL=C; export LC_ALL
            size() { stat -L -c %s -- "$1" 2>/dev/null || stat -L -f %z -- "$1"; }
            there() { [ -e "$1" ] || [ -L "$1" ]; }
            plain() { [ -f "$1" ] && [ ! -L "$1" ]; }
            # sets $real to where a directory really is, without a slash at its end; empty for /
            resolve() {
              real=$(cd -P -- "$1" 2>/dev/null && pwd -P && echo x) || return 1
              real=${real%?x}
              real=${real%/}
            }
            # ends the script unless the directories of a path, as far as they are there, are below the root; the root may be a link
            inside() {
              up=${1%/*}
              while [ "$up" != "$root" ] && ! there "$up"; do up=${up%/*}; done
              if [ "$up" = "$root" ]; then return 0; fi
              if resolve "$up"; then
                at=$real
                resolve "$root" || return 0
                case $at/ in "$real"/*) return 0 ;; esac
              elif [ ! -L "$up" ]; then
                return 0
              fi
              printf 'outside %s\n' "$up"
              exit 0
            }
            # whether a path is no link, or one to something below the root
            ours() {
              [ -L "$1" ] || return 0
              at=$(readlink -f -- "$1" 2>/dev/null && echo x) || return 1
              resolve "$root" || return 1
              case ${at%?x} in "$real"/*) return 0 ;; esac
              return 1
            }
            if [ -L "$root/MARKER" ]; then echo LINKED; exit 0; fi
            if plain "$root/MARKER"; then s=marked
            elif [ -d "$root" ]; then
              if [ -z "$(ls -A -- "$root" | head -n 1)" ]; then s=empty; else s=unmarked; fi
            elif [ -d "${root%/*}/" ]; then s=absent
            else s=nowhere; fi
            echo "$s"
            """.replace("MARKER", DirectoryLayout.MARKER).replace("LINKED", Answer.LINKED);

    private final String root;

    Scripts(String root) {
        this.root = root.equals("/") ? "/." : root;
    }

    private String begin() {
        return "root=" + quoted(root) + "\n" + PRELUDE;
    }

    /** Sets {@code $f}; ends when its directory leads out of the root. */
    private String begin(String name) {
        return begin() + "f=\"$root\"/" + quoted(name) + "\ninside \"$f\"\n";
    }

    /** Goes on in a directory that is there and marked; ends when its state forbids it. From here on a step that fails ends the script. */
    private static String prepared(boolean mayMark, boolean mayMakeAnew) {
        return "case $s in marked) ok=true ;; unmarked) ok=" + mayMark + " ;; empty|absent) ok=" + mayMakeAnew
                + " ;; *) ok=false ;; esac\n"
                + "$ok || exit 0\n"
                + "set -e\n"
                + "if [ $s = absent ]; then mkdir -- \"$root\" || [ -d \"$root\" ]; fi\n"
                + "m=$root/" + DirectoryLayout.MARKER + "\n"
                // another one may make it at the same moment, and nothing is written through a link
                + "there \"$m\" || e=$( (set -C; printf %s " + quoted(DirectoryLayout.MARKER_TEXT)
                + " > \"$m\") 2>&1 ) || there \"$m\" || { printf '%s\\n' \"$e\" >&2; exit 1; }\n";
    }

    /**
     * {@code ready} and the bytes that have arrived already when a payload may come; {@code other}, {@code taken} or {@code torn} when the
     * name is not free; nothing when the state forbids it.
     */
    String prepare(PutRequest request, boolean mayMark, boolean mayMakeAnew) {
        return begin(request.name()) + prepared(mayMark, mayMakeAnew) + OwnerScripts.requireFree(request) + """
                mkdir -p -- "$p"
                # a crash may have left the copy itself under this name too, and rsync would write into it; also through a link
                if [ -L "$p/payload" ]; then rm -f -- "$p/payload"; fi
                if [ -f "$p/payload" ] && ls -ld -- "$p/payload" | { read -r m l x; [ "$l" -gt 1 ]; }; then
                  rm -f -- "$p/payload"
                fi
                if [ -f "$p/payload" ]; then echo "ready $(size "$p/payload")"; else echo ready 0; fi
                """;
    }

    String discard(PutRequest request) {
        return remove(List.of(Names.partial(request)));
    }

    /**
     * {@code published}; {@code size} and a number when something else lies there than was sent; or {@code other}, {@code taken} or
     * {@code torn} as {@link #prepare} has them.
     */
    String publish(PutRequest request) {
        return begin(request.name()) + "set -e\n" + OwnerScripts.publish(request);
    }

    /** {@code announced}, and whether a put never replaces what another puts at the same moment; nothing when the state forbids it. */
    String announce(Installation self, boolean mayMark, boolean mayMakeAnew) {
        return begin() + prepared(mayMark, mayMakeAnew) + OwnerScripts.announce(self);
    }

    String installations() {
        return begin() + OwnerScripts.installations();
    }

    /** {@code file} with size and tag, and behind it the sidecar; {@code none} with the reason of ls; or {@code other}. */
    String stat(String name) {
        return begin(name)
                + OwnerScripts.tagInside(name)
                + look(
                        OwnerScripts.owner() + "case $o in ''|-) o=; i= ;; esac\n",
                        " $o $i",
                        "plain \"$f.sha256\" && head -c " + Sha256Sidecar.MAX_BYTES + " -- \"$f.sha256\"; exit 0");
    }

    /** The answer of {@link #stat}, and then the bytes from an offset on instead of the sidecar. */
    String read(String name, long offset) {
        return begin(name)
                + look("", "", offset == 0 ? "exec cat -- \"$f\"" : "exec tail -c +" + (offset + 1) + " -- \"$f\"");
    }

    /** The answer of {@link #stat} with the SHA-256 behind it, read from the disk there; {@code nohash} where nothing makes one. */
    String hash(String name) {
        return begin(name) + """
                if command -v sha256sum >/dev/null; then h() { sha256sum; }
                elif command -v shasum >/dev/null; then h() { shasum -a 256; }
                elif command -v sha256 >/dev/null; then h() { sha256 -q; }
                else echo nohash; exit 0; fi
                """ + look("", "", "h < \"$f\"");
    }

    /**
     * Looks at the name.
     *
     * @param before runs when a file is there, before the answer
     * @param more stands behind the size
     * @param after runs behind the answer
     */
    private static String look(String before, String more, String after) {
        return "if [ -f \"$f\" ] && ours \"$f\"; then\n" + before + "n=$(size \"$f\") || exit; echo \"file $n" + more
                + "\"; " + after
                + "\n"
                + "elif there \"$f\"; then echo other\n"
                + "else printf 'none %s\\n' \"$(ls -d -- \"$f\" 2>&1 | tail -n 1)\"; fi\n";
    }

    /** Size, blank and path of each file, ended by NUL. */
    String list() {
        return begin()
                + "[ -d \"$root\" ] || exit 0\n"
                + "cd -- \"$root\" || exit\n"
                + "walk() { find . -path ./" + OwnerTag.DIRECTORY + " -prune -o -type d -name "
                + DirectoryLayout.PARTIAL
                + " -prune -o -type f ! -name '*"
                + Sha256Sidecar.ENDING
                + "' ! -path ./" + DirectoryLayout.MARKER + " \"$@\"; }\n"
                + "if find . -prune -printf '' 2>/dev/null; then walk -printf '%s %p\\0'\n"
                // one process for each file, where find can't tell sizes
                + "else walk -exec sh -c 'for f do printf \"%s %s\\0\""
                + " \"$(stat -c %s -- \"$f\" 2>/dev/null || stat -f %z -- \"$f\")\" \"$f\"; done' sh {} +; fi\n";
    }

    String delete(String name) {
        return begin(name)
                + OwnerScripts.tagInside(name)
                + "if [ -d \"$f\" ]; then echo other; exit 0; fi\n"
                + "rm -f -- \"$f\" && { [ -d \"$f.sha256\" ] || rm -f -- \"$f.sha256\"; }"
                + " && { [ -d \"$t\" ] || rm -f -- \"$t\"; } && echo gone\n";
    }

    private static String insidePartials() {
        return "inside \"$root\"/" + quoted(DirectoryLayout.PARTIAL) + "/.\n";
    }

    /**
     * The unfinished puts of an owner, in order: a line for each.
     *
     * @param skipped how many are left out at the beginning
     * @param most how many are printed
     */
    String partials(String owner, int skipped, int most) {
        return begin()
                + insidePartials()
                + "k=0\n"
                + "for p in \"$root\"/" + quoted(DirectoryLayout.PARTIAL) + "/"
                + quoted(DirectoryLayout.partialsOf(owner)) + "*; do\n"
                + "[ -d \"$p\" ] || continue\n"
                + "k=$((k + 1))\n"
                + "if [ $k -le " + skipped + " ]; then continue; fi\n"
                + "if [ $k -gt " + (skipped + most) + " ]; then break; fi\n"
                + "echo \"partial ${p##*/}\"\n"
                + "done\n";
    }

    /** @param partials unfinished puts, as {@link #partials} has them */
    String remove(Collection<String> partials) {
        return begin()
                + insidePartials()
                + partials.stream()
                        .map(name ->
                                "rm -rf -- \"$root\"/" + quoted(DirectoryLayout.PARTIAL + "/" + name) + " || exit\n")
                        .collect(Collectors.joining());
    }

    /** Nothing more than the state when all is well; a line for what is not. What touch says tells a disk from rights. */
    String probe() {
        return begin()
                + "if [ -d \"$root\" ] && [ ! -w \"$root\" ]; then\n"
                + "echo \"unwritable $(touch -c -- \"$root\" 2>&1)\"\n"
                + "fi\n"
                + "command -v rsync >/dev/null || echo \"norsync\"\n";
    }

    /** Returns a script that prints the properties of the host, one a line; the first word names the property. */
    String facts() {
        return begin() + """
                echo "rsync $(rsync --version 2>/dev/null | head -n 1)"
                for h in sha256sum shasum sha256; do
                  if command -v $h >/dev/null; then echo "hash $h"; break; fi
                done
                d=$root; [ -d "$d" ] || d=${root%/*}/
                echo "free $(df -Pk -- "$d" | awk 'NR == 2 { print $4 }')"
                t="$d/.offsite-probe.$$"
                if (set -C; : > "$t"); then rm -f -- "$t"; else echo refused; fi 2>/dev/null
                """;
    }
}
