/**
 * Processes of this host, whether they still live, and the bytes that this one was started with. What they work on must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.process;
