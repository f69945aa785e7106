import Foundation
import Images
import TestSupport
import Testing

/// What is wrong with a file is told: which file, where, what was found, what is allowed.
@Suite struct Refusals {
  private static let pixels = [UInt8](1...24)
  private static let labels = [UInt8](arrayLiteral: 0, 1, 0, 1)
  private static let images = Written.idx(type: 8, [4, 2, 3], pixels)

  private func message(
    _ files: [String: [UInt8]], images: [String] = ["images"], labels: [String] = ["labels"], classes: [Int] = [0, 1], format: CIFAR? = nil
  ) throws -> String {
    let folder = try TemporaryFolder()
    for (name, bytes) in files { try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/" + name)) }
    do {
      _ = try ImageRequest(images: images, labels: labels, classes: classes, format: format, folder: folder.path).read()
      return "accepted"
    } catch { return "\(error)" }
  }

  private static let written = Written.idx(type: 8, [4], labels)

  @Test func goodFilesAreAccepted() throws {
    #expect(try message(["images": Self.images, "labels": Self.written]) == "accepted")
    let npz = Written.zip([("x.npy", Written.npy("|u1", "(4, 2, 3)", Self.pixels)), ("y.npy", Written.npy("|u1", "(4,)", Self.labels))])
    #expect(try message(["a": npz], images: ["a:x"], labels: ["a:y"]) == "accepted")
    // Two files are one.
    let half = Written.idx(type: 8, [2, 2, 3], Array(Self.pixels[..<12])), rest = Written.npy("|u1", "(2, 2, 3)", Array(Self.pixels[12...]))
    #expect(try message(["a": Written.gzip(half), "b": rest, "labels": Self.written], images: ["a", "b"]) == "accepted")
    #expect(try message(["images": Array("1,2,0\n3,4,1\n5,6,0\n".utf8)], labels: []) == "accepted")
  }

  @Test func refusalsSayWhereAndWhat() throws {
    func refused(_ images: [UInt8]?, _ labels: [UInt8]? = nil, classes: [Int] = [0, 1], says words: String..., location: SourceLocation = #_sourceLocation)
      throws
    {
      let text = try message(["images": images ?? Self.images, "labels": labels ?? Self.written], classes: classes)
      for word in words { #expect(text.contains(word), "\(text)", sourceLocation: location) }
    }
    try refused([1, 2, 3, 4, 200], says: "images, byte 0: found 01 02 03 04 c8", "IDX (00 00), NPY")
    try refused([0, 0, 0x0A, 1, 0, 0, 0, 0], says: "images, byte 2: found 0a", "08, 09, 0b, 0c, 0d, 0e")
    try refused([0, 0, 8, 9], says: "images, byte 3: found rank 9")
    try refused(Array(Self.images.dropLast()), says: "images, byte 39: found 23 bytes of numbers", "24 bytes, of 4 x 2 x 3 numbers of 1 byte")
    try refused(Self.images + [0], says: "found 25 bytes of numbers")
    try refused(Written.idx(type: 0x0E, [0x7FFF_FFFF, 0x7FFF_FFFF, 0x7FFF_FFFF], []), says: "sizes 2147483647 x 2147483647 x 2147483647", "does not overflow")
    try refused(Array(Written.gzip(Self.images).dropLast(9)), says: "images, byte", "the file is cut")
    var sum = Written.gzip(Self.images)
    sum[sum.count - 6] ^= 1
    try refused(sum, says: "incorrect data check")
    try refused(Written.npy("|O", "(4, 2)", []), says: "numbers of type |O", "u1 to u8")
    try refused(Written.npy("<f8", "(4, 1)", [UInt8](repeating: 0, count: 32), order: "True"), says: "fortran_order: True", "ascontiguousarray")
    try refused(Written.npy("<f8", "()", [UInt8](repeating: 0, count: 8)), says: "rank 0")
    try refused(nil, Written.idx(type: 8, [3], [0, 1, 0]), says: "labels: found 3 labels; allowed: 4, one for each image")
    try refused(nil, Written.npy("<f4", "(4,)", [0, 0, 0, 0, 0, 0, 0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0]), says: "found label 0.5; allowed: whole numbers")
    try refused(nil, Self.images, says: "labels of rank 3")
    try refused(Self.written, says: "images of rank 1")
    try refused(nil, classes: [0, 7], says: "no image of class 7; allowed: classes that there are: 0, 1")
    let infinite = Written.npy("<f4", "(4, 1)", [0, 0, 0, 0, 0, 0, 0x80, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0])
    try refused(infinite, says: "a pixel of inf", "images, byte \(infinite.count - 12)")
    try refused(Written.npy("<u8", "(4, 1)", [UInt8](repeating: 255, count: 32)), says: "whole ones up to 2^53")
    try refused(Array("1,2,0\n3,4\n".utf8), says: "images, line 2: found 2 numbers; allowed: 3, as in line 1")
    try refused(Array("a,b,c\n3,4,1\n".utf8), says: "images, line 1: found 'a': is this a line of names?")
    try refused(Array("1,2,0\n3,nan,1\n".utf8), says: "images, line 2: found 'nan'")
    try refused(Array("1,2,0\n3,4,1".utf8), says: "is the file cut?")
    let zip = Written.zip([("x.npy", Written.npy("|u1", "(4, 6)", Self.pixels)), ("z.npy", Self.written)])
    try refused(zip, says: "found an archive; allowed: one array of it: images:x, images:z")
    #expect(try message(["a": zip], images: ["a:q"]).contains("a: found no array 'q'; allowed: x, z"))
    #expect(try message(["a": Array(zip.dropLast(30))], images: ["a:x"]).contains("a whole zip archive"))
    #expect(try message(["images": Self.images], labels: []).contains("images alone; allowed: labels in a file of their own"))
    #expect(try message([:]).contains("no such file"))
    // Not taken for labels of its own: the last pixel of each line.
    let plain = Array("1,2\n3,4\n5,6\n7,8\n".utf8)
    #expect(try message(["images": plain, "labels": Self.written]).contains("images: found images with labels of their own"))
    #expect(try message(["images": Self.images, "labels": Self.written], images: ["images", "images"]).contains("the same file twice"))
    let huge = Written.npy("<f8", "(4611686018427387904, 0)", [])
    #expect(try message(["a": huge, "b": huge, "labels": Self.written], images: ["a", "b"]).contains("sizes from 1"))
    let overflowing = Written.npy("<f8", "(4,)", [UInt8](repeating: 0x7E, count: 32))
    #expect(try message(["images": Written.npy("<f8", "(4, 1)", [UInt8](repeating: 0x7E, count: 32)), "labels": overflowing]).contains("whole numbers"))
    let cifar = [UInt8](repeating: 1, count: 3073 * 2)
    #expect(try message(["images": cifar + [1]], labels: [], format: .cifar10).contains("images, byte 6146: found 1 bytes of a record"))
    #expect(try message(["images": [10] + cifar.dropFirst()], labels: [], format: .cifar10).contains("images, byte 0: found label 10; allowed: 0 to 9"))
  }
}
