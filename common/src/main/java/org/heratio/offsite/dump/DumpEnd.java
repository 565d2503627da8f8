package org.heratio.offsite.dump;

import java.util.List;

/**
 * The end of a dump.
 *
 * @param completed whether it has the comment that a dump program writes last; with {@code --skip-comments} no dump has it
 * @param cut whether it was cut off: its last statement is unterminated, or it has the first comment of a dump program without the last
 * @param postgres whether {@code pg_dump} wrote it, whose statements are divided in another way
 * @param noise the first lines that a dump program wrote for a person, and that are no SQL; at most ten
 */
public record DumpEnd(boolean completed, boolean cut, boolean postgres, List<String> noise) {}
