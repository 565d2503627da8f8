/** What commands make of what they find. */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.cli;
