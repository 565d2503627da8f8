package org.heratio.offsite.ledger;

/**
 * Facts of one kind about one destination with one code, which people are told of together. It lasts until nothing of it is left.
 *
 * @param kind such as {@code copy.failed}
 * @param driver of the destination; empty for none
 * @param code of the failure, or of the alarm; empty for none
 * @param since of the first fact; epoch milliseconds
 * @param last of the last fact; epoch milliseconds
 * @param facts how many there were
 * @param path of the first archive; empty for none
 * @param detail of the first fact; one line, empty for none
 * @param toldAt epoch milliseconds; 0 before it was told
 * @param toldFacts how many there were when it was told last
 */
public record Incident(
        String kind,
        String driver,
        String code,
        long since,
        long last,
        long facts,
        String path,
        String detail,
        long toldAt,
        long toldFacts) {
    /** Returns one that begins, and was not told yet. */
    public static Incident begun(String kind, String driver, String code, long at, String path, String detail) {
        return new Incident(kind, driver, code, at, at, 1, path, detail, 0, 0);
    }

    /** Returns what tells it from others. */
    public String name() {
        return kind + " " + driver + " " + code;
    }

    /** Returns it with one more fact. */
    public Incident again(long at) {
        return new Incident(
                kind,
                driver,
                code,
                Math.min(since, at),
                Math.max(last, at),
                facts + 1,
                path,
                detail,
                toldAt,
                toldFacts);
    }

    /** Returns it as told. */
    public Incident told(long at) {
        return new Incident(kind, driver, code, since, last, facts, path, detail, at, facts);
    }

    public boolean isTold() {
        return toldAt > 0;
    }
}
