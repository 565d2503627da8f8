package org.heratio.offsite.operations.notify;

import java.util.List;
import org.heratio.offsite.failure.FailureException;

/** The stages of this installation, wherever they run. */
public interface StageHealth {
    /** Returns what of them does not run, or hangs, in words; empty if all are well. Blocks. */
    List<String> missing() throws FailureException, InterruptedException;
}
