package org.heratio.offsite.destination.rsync;

import static org.heratio.offsite.destination.rsync.RemoteShell.quoted;

import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Sha256Sidecar;

/**
 * The parts of {@link Scripts} that deal with owners: reading a tag, claiming a name, publishing under it, and announcements. They
 * expect {@code $root}, and those of a copy also {@code $f}, its path, and {@code $t}, the path of its tag.
 */
final class OwnerScripts {
    /** Announcements that are read; a directory with more of them is not made by this program. */
    static final int MAX_INSTALLATIONS = 1000;

    /**
     * Functions that read the tag. {@code owner} sets {@code $o} to the installation and {@code $i} to the transfer: both are empty
     * without a tag, and {@code $o} is {@code -} when the file names no installation. A tag that cannot be read ends the script.
     */
    private static final String OWNER = """
            nl='
            '
            owner() {
              o=; i=
              if [ -L "$t" ]; then o=-; return 0; fi
              e=$(ls -d -- "$t" 2>&1) || case $e in
                *'No such file or directory') return 0 ;;
                *) printf '%s\\n' "$e" >&2; exit 1 ;;
              esac
              e=$(head -c MAX_TAG -- "$t") || exit 1
              e=${e%%"$nl"*}
              o=${e%% *}; i=${e#* }
              case $e in ?*' '?*) ;; *) o=- ;; esac
              case $o$i in *[!A-Za-z0-9_-]*) o=- ;; esac
            }
            """.replace("MAX_TAG", Integer.toString(OwnerTag.MAX_BYTES));

    /**
     * A function that ends the script unless the put may have the name. It answers {@code other} for something that is no file, be it in
     * place of the copy, of its sidecar or of its tag, and for a file in place of a directory above;
     * {@code taken} with the installation if one is known, or {@code torn} for a tag that names none.
     */
    private static final String FREE = """
            free() {
              if [ -d "$f" ]; then echo other; exit 0; fi
              if [ -d "$f.sha256" ]; then echo other sidecar; exit 0; fi
              if [ -d "$t" ]; then echo other tag; exit 0; fi
              up=${f%/*}
              while [ "$up" != "$root" ] && ! there "$up"; do up=${up%/*}; done
              if [ "$up" != "$root" ] && [ ! -d "$up" ]; then echo other above; exit 0; fi
              owner
              case $o in
                "$me") ;;
                '') if ! $untagged && there "$f"; then echo taken; exit 0; fi ;;
                -) if ! $untagged && { there "$f" || [ ! -f "$p/claim" ]; }; then echo torn; exit 0; fi ;;
                *) echo "taken $o"; exit 0 ;;
              esac
            }
            """;

    /**
     * Functions that create without replacing. {@code link} needs hard links; {@code create} is for file systems without them, and
     * leaves {@code $p/claim} behind so that the same put knows a tag that a crash tore.
     */
    private static final String CLAIM = """
            flush() { sync -- "$@" 2>/dev/null || sync; }
            link() {
              ln -- "$1" "$2" 2>/dev/null || return 1
              [ -d "$2" ] || return 0
              rm -f -- "$2/${1##*/}"
              return 1
            }
            create() {
              if there "$t"; then return 1; fi
              rm -f -- "$p/claim"
              : > "$p/claim"
              flush "$p/claim" "$p"
              if e=$( (set -C; umask 027; { cat -- "$p/tag" || { rm -f -- "$t"; exit 9; }; } > "$t") 2>&1 ); then
                flush "$t"
                return 0
              fi
              if there "$t"; then rm -f -- "$p/claim"; return 1; fi
              printf '%s\\n' "$e" >&2
              exit 1
            }
            claim() {
              if link "$p/tag" "$t" || create; then
                claimed=true
                rm -f -- "$p/tag"
              fi
              owner
              case $o in
                "$me") ;;
                -) echo torn; exit 0 ;;
                *) echo "taken $o"; exit 0 ;;
              esac
            }
            """;

    /** Functions that give a payload and its sidecar their names. ADR 6: no sidecar ever stands beside a payload that it does not describe. */
    private static final String NAMING = """
            describe() {
              (umask 027; printf %s "$sidecar" > "$p/sidecar")
              flush "$p/sidecar" "$@"
            }
            tag() { if [ -f "$p/tag" ]; then mv -f -- "$p/tag" "$t"; fi; }
            place() {
              if link "$p/payload" "$f"; then rm -f -- "$p/payload"; return 0; fi
              if there "$f"; then return 1; fi
              mv -n -- "$p/payload" "$f" 2>/dev/null || :
              if there "$p/payload"; then
                if there "$f"; then return 1; fi
                mv -f -- "$p/payload" "$f" || exit 1
              fi
              if [ -d "$f" ]; then rm -f -- "$f/payload"; return 1; fi
            }
            replace() {
              rm -f -- "$f.sha256"
              flush "${f%/*}" "${t%/*}"
              tag
              mv -f -- "$p/payload" "$f"
              mv -f -- "$p/sidecar" "$f.sha256"
            }
            release() {
              rm -f -- "$t" "$p/claim"
              flush "${t%/*}"
            }
            withdraw() {
              if [ "$(head -c MAX_SIDECAR -- "$f.sha256")" = "${sidecar%"$nl"}" ]; then rm -f -- "$f.sha256"; fi
              flush "${f%/*}"
              release
            }
            """.replace("MAX_SIDECAR", Integer.toString(Sha256Sidecar.MAX_BYTES));

    /** An earlier run may have left its tag or payload under both names, so that no file there is written into. */
    private static final String PUBLISH = """
            n=$(size "$p/payload")
            if [ "$n" != "$wanted" ]; then echo "size $n"; exit 0; fi
            free
            mkdir -p -- "${f%/*}"
            if [ ! -d "${t%/*}" ]; then mkdir -p -- "${t%/*}"; flush "$root" "$root/TAGS"; fi
            rm -f -- "$p/tag" "$p/sidecar"
            (umask 027; printf %s "$tag" > "$p/tag")
            describe "$p/payload" "$p/tag"
            claimed=false
            case $o in
              '') claim ;;
              -) claimed=true ;;
            esac
            if $claimed && ! $untagged && there "$f"; then
              release
              echo taken
              exit 0
            fi
            if there "$f"; then
              replace
            else
              tag
              mv -f -- "$p/sidecar" "$f.sha256"
              flush "${f%/*}" "${t%/*}"
              if ! place; then
                owner
                if $claimed && [ "$o $i" = "$me $id" ]; then withdraw; echo taken; exit 0; fi
                if [ "$o" != "$me" ]; then echo "taken $o"; exit 0; fi
                describe
                replace
              fi
            fi
            flush "${f%/*}" "${t%/*}"
            rm -rf -- "$p"
            echo published
            """.replace("TAGS", OwnerTag.DIRECTORY);

    /** The directories of the tag and of the partial files may not lead out of the root either. */
    private static final String INSIDE = "inside \"$t\"\ninside \"$p/.\"\n";

    private OwnerScripts() {}

    /** Sets {@code $o} and {@code $i}. */
    static String owner() {
        return OWNER + "owner\n";
    }

    static String tagOf(String name) {
        return "t=\"$root\"/" + quoted(OwnerTag.fileFor(name)) + "\n";
    }

    /** The same, for a script that does not go on when the tag's directory leads out of the root. */
    static String tagInside(String name) {
        return tagOf(name) + "inside \"$t\"\n";
    }

    /** Ends the script with an answer unless the put may have its name. */
    static String requireFree(PutRequest request) {
        return variables(request) + INSIDE + OWNER + FREE + "free\n";
    }

    static String publish(PutRequest request) {
        OwnerTag tag = OwnerTag.of(request);
        return variables(request)
                + "id=" + quoted(tag.transferId()) + "\n"
                + "wanted=" + request.size() + "\n"
                + "tag=" + quoted(tag.content(request.name())) + "\n"
                + "sidecar=" + quoted(Sha256Sidecar.content(request.sha256(), request.name())) + "\n"
                + INSIDE + OWNER + FREE + CLAIM + NAMING + PUBLISH;
    }

    private static String variables(PutRequest request) {
        return "p=\"$root\"/" + quoted(DirectoryLayout.PARTIAL + "/" + Names.partial(request)) + "\n"
                + tagOf(request.name())
                + "me=" + quoted(OwnerTag.of(request).installation()) + "\n"
                + "untagged=" + request.replacesUntagged() + "\n";
    }

    /** {@code announced}, and whether the file system refuses to create a file that is there. */
    static String announce(Installation self) {
        return "id=" + quoted(self.id()) + "\n"
                + "text=" + quoted(self.content()) + "\n"
                + "d=\"$root\"/" + quoted(Installation.DIRECTORY) + "\n" + """
                inside "$d/."
                if [ ! -d "$d" ]; then mkdir -p -- "$d"; fi
                t="$d/.$id.$$"
                rm -f -- "$t" "$t.2"
                trap 'rm -f -- "$t" "$t.2"' EXIT
                printf %s "$text" > "$t"
                alone=false
                if ln -- "$t" "$t.2" 2>/dev/null; then
                  if ! ln -- "$t" "$t.2" 2>/dev/null; then alone=true; fi
                elif (set -C; : > "$t.2") 2>/dev/null; then
                  if ! (set -C; : > "$t.2") 2>/dev/null; then alone=true; fi
                fi
                if ! there "$d/$id" || { plain "$d/$id" && [ "$(cat -- "$d/$id")" != "$(cat -- "$t")" ]; }; then
                  sync -- "$t" 2>/dev/null || sync
                  mv -f -- "$t" "$d/$id"
                  sync -- "$d" 2>/dev/null || sync
                fi
                echo "announced $alone"
                """;
    }

    /** {@code installations}, then a line {@code i <id>} for each announcement and a line {@code c <text>} for each line of it. */
    static String installations() {
        return "d=\"$root\"/" + quoted(Installation.DIRECTORY) + "\n"
                + """
                inside "$d/."
                e=$(ls -- "$d" 2>&1 >/dev/null) || case $e in
                  *'No such file or directory') ;;
                  *) printf '%s\\n' "$e" >&2; exit 1 ;;
                esac
                echo installations
                k=0
                for a in "$d"/*; do
                  n=${a##*/}
                  case $n in *[!A-Za-z0-9_-]*) continue ;; esac
                  plain "$a" || continue
                  k=$((k + 1))
                  if [ $k -gt MOST ]; then break; fi
                  printf 'i %s\\n' "$n"
                  head -c MAX -- "$a" | while IFS= read -r l || [ -n "$l" ]; do printf 'c %s\\n' "$l"; done
                done
                """.replace("MOST", Integer.toString(MAX_INSTALLATIONS))
                        .replace("MAX", Integer.toString(Installation.MAX_BYTES));
    }
}
