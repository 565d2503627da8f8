/**
 * The stage that finds archives, waits until they are finished and hands them on: the watch, the scan, and the settle check that both lead into.
 * What is in an archive is not read here, and no other stage may come in.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.watcher;
