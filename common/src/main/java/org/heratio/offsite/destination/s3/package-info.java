/**
 * The {@code s3} driver: copies as objects of a bucket, at AWS and at the many stores that speak its protocol.
 * Only this package may import the AWS SDK; what differs between stores is found out here and shows nowhere else.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.destination.s3;
