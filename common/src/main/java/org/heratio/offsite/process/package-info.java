/**
 * Processes of this host, and whether they still live. What they work on must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.process;
