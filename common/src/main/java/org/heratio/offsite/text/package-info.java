/**
 * How text is shown to people, on terminals and in logs, and passed to the system as bytes. What the text is about must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.text;
