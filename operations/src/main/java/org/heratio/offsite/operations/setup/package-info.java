/**
 * A first settings file: what it holds, and how it is written. Whom to ask, and what is tested, must never come in.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.setup;
