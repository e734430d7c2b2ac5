import MDLSTM
private import Synchronization

/// Tables of grids to come, made on other threads.
final class ForeseenTables: Sendable {
    private let plan: ModelPlan
    private let state = Mutex(State())

    private struct State {
        /// Grids that need no tables at present, and those whose tables are being made.
        var known: [Grid] = [], making: [Grid] = []

        /// The oldest first.
        var made: [(grid: Grid, tables: ModelTables)] = []

        func isExpected(_ grid: Grid) -> Bool {
            known.contains(grid) || making.contains(grid) || made.contains { $0.grid == grid }
        }
    }

    /// Grids whose tables are kept at most: as many as batches are prepared ahead.
    private static var limit: Int { 4 }

    /// Rows of a layer up to which tables are made ahead: some 200 MB. Those of more are made when it is known that the layer
    /// fits.
    private static var mostRows: Int { 4 << 20 }

    init(_ plan: ModelPlan) { self.plan = plan }

    /// Makes the tables of a grid that is not known; what is wrong with it is told when the pass is made.
    func foresee(_ grid: Grid) {
        guard grid.occupiedSiteCount * plan.mostDirections <= Self.mostRows else { return }
        let isNew = state.withLock { state in
            guard !state.isExpected(grid) else { return false }
            state.making.append(grid)
            return true
        }
        guard isNew else { return }
        let tables = try? ModelTables(plan, grid: grid)
        state.withLock { state in
            state.making.removeAll { $0 == grid }
            guard let tables else { return }
            state.made.append((grid, tables))
            if state.made.count > Self.limit { state.made.removeFirst() }
        }
    }

    /// The tables of a grid, which are then forgotten; nil where there are none.
    func take(_ grid: Grid) -> ModelTables? {
        state.withLock { state in
            guard let index = state.made.firstIndex(where: { $0.grid == grid }) else { return nil }
            state.known.append(grid)
            return state.made.remove(at: index).tables
        }
    }

    /// Notes grids of which no tables are needed.
    func note(known grids: [Grid]) { state.withLock { $0.known = grids } }
}
