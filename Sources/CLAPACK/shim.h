// The few LAPACK routines that Numerics calls. Debian's OpenBLAS ships them without LAPACKE, so the Fortran symbols are declared here.
#ifndef CLAPACK_SHIM_H
#define CLAPACK_SHIM_H

// All eigenvalues of a symmetric matrix, ascending, and with jobz = "V" the eigenvectors in place of the matrix (divide and conquer).
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work, const int *lwork,
             int *iwork, const int *liwork, int *info);

// Cholesky factor of a symmetric positive definite matrix.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);

void openblas_set_num_threads(int threads);

#endif
