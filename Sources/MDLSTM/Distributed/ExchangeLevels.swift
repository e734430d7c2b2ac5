/// The groups of ranks in which sums are made, one after the other.
///
/// Where hosts have several ranks each, as many and neighbours, these are the ranks of a host, then one of each host; otherwise
/// all ranks at once.
struct ExchangeLevels {
    /// The groups of one rank, in order.
    let groups: [[Int]]

    /// Ranks of a host; of all hosts where they are one group.
    private let block: Int

    /// - Parameters:
    ///   - rank: whose groups they are
    ///   - hosts: the number of each rank's host
    init(rank: Int, hosts: [Int]) {
        let size = hosts.count
        let block = hosts.prefix { $0 == hosts[0] }.count
        let starts = stride(from: 0, to: size, by: block).map { hosts[$0] }
        let isEven =
            size % block == 0 && Set(starts).count == starts.count
            && hosts.indices.allSatisfy { hosts[$0] == starts[$0 / block] }
        guard isEven, block > 1, block < size else {
            (groups, self.block) = ([Array(hosts.indices)], size)
            return
        }
        let first = rank / block * block
        groups = [Array(first..<(first + block)), Array(stride(from: rank % block, to: size, by: block))]
        self.block = block
    }

    /// The shards that each rank has the sums of after the first group, from those before.
    func joined(_ spans: [Range<Int>]) -> [Range<Int>] {
        spans.indices.map { rank in
            let first = rank / block * block
            return spans[first].lowerBound..<spans[first + block - 1].upperBound
        }
    }
}
