/** Tests of what people are told. */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.notify;
