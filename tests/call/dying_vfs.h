/*
 * dying_vfs.h - a SQLite VFS over the usual one that ends the process at the n-th write or sync, for crash tests.
 *
 * An odd n dies before the operation, an even one leaves half of the write behind. Ownership: none; registers itself as
 * the default VFS. Threads: counts atomically. Failure: aborts, as a test should.
 */
#ifndef FL_DYING_VFS_H
#define FL_DYING_VFS_H

enum { DYING_STATUS = 77 };

/* Dies at operation n (1, 2, ...); 0 = never. */
void dying_vfs_register(long n);
/* Operations so far. */
long dying_vfs_operations(void);

#endif
