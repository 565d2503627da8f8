/**
 * Processes of this host, whether they still live, the bytes that this one was started with, and what it gives to those that it starts.
 * What they work on must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.process;
