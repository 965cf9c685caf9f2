//! The logic of all rules as one graph: what rules share is compiled once, and asked once an event.

use rustc_hash::FxHashMap;

use crate::cache::Cache;
use crate::fields::Fields;
use crate::item::Item;

/// A node of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(u32);

/// One step of logic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    All(Box<[NodeId]>),
    Any(Box<[NodeId]>),
    AtLeast(u64, Box<[NodeId]>),
    Not(NodeId),
    /// The item of that number.
    Item(u32),
}

/// The logic of a ruleset.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    items: Vec<Item>,
}

impl Graph {
    /// A node; its children have smaller numbers than it has.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    /// The item of an item node.
    pub fn item(&self, number: u32) -> Option<&Item> {
        self.items.get(number as usize)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }
}

/// A graph in the making.
#[derive(Debug, Default)]
pub(crate) struct Planting {
    graph: Graph,
    nodes: FxHashMap<Node, NodeId>,
    /// Items by what they were compiled from.
    items: FxHashMap<String, NodeId>,
    /// By node: a rank, so that cheap ones are asked first.
    costs: Vec<u8>,
}

impl Planting {
    /// All of them. The order does not change the outcome.
    pub fn all(&mut self, parts: Vec<NodeId>) -> NodeId {
        let parts = self.sorted(parts);
        self.node(Node::All(parts))
    }

    /// Any of them.
    pub fn any(&mut self, parts: Vec<NodeId>) -> NodeId {
        let parts = self.sorted(parts);
        self.node(Node::Any(parts))
    }

    /// At least so many of them.
    pub fn at_least(&mut self, count: u64, parts: Vec<NodeId>) -> NodeId {
        self.node(Node::AtLeast(count, parts.into()))
    }

    /// Not so.
    pub fn not(&mut self, part: NodeId) -> NodeId {
        self.node(Node::Not(part))
    }

    /// The item that was compiled from `source`, if there is one.
    pub fn known_item(&self, source: &str) -> Option<NodeId> {
        self.items.get(source).copied()
    }

    /// A new item, compiled from `source`.
    pub fn item(&mut self, source: String, item: Item) -> NodeId {
        let number = self.graph.items.len() as u32;
        self.graph.items.push(item);
        let id = self.node(Node::Item(number));
        self.items.insert(source, id);
        id
    }

    /// The graph, done.
    pub fn done(self) -> Graph {
        self.graph
    }

    /// The graph so far.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    fn cost(&self, id: NodeId) -> u8 {
        self.costs.get(id.0 as usize).copied().unwrap_or(0)
    }

    fn sorted(&self, mut parts: Vec<NodeId>) -> Box<[NodeId]> {
        parts.sort_by_key(|part| (self.cost(*part), *part));
        parts.dedup();
        parts.into()
    }

    fn node(&mut self, node: Node) -> NodeId {
        if let Node::All(parts) | Node::Any(parts) = &node
            && let [only] = parts.as_ref()
        {
            return *only;
        }
        if let Some(known) = self.nodes.get(&node) {
            return *known;
        }
        let cost = match &node {
            Node::All(parts) | Node::Any(parts) | Node::AtLeast(_, parts) => {
                parts.iter().map(|part| self.cost(*part)).max().unwrap_or(0)
            }
            Node::Not(part) => self.cost(*part),
            Node::Item(number) => self.graph.item(*number).map_or(0, Item::cost),
        };
        let id = NodeId(self.graph.nodes.len() as u32);
        self.costs.push(cost);
        self.graph.nodes.push(node.clone());
        self.nodes.insert(node, id);
        id
    }
}

/// What is known of the nodes for the event at hand.
#[derive(Debug)]
pub(crate) struct Memo {
    event: u64,
    /// By node: the event it was asked for, and what came out.
    known: Vec<(u64, bool)>,
}

impl Memo {
    /// Room for a graph.
    pub fn new(graph: &Graph) -> Self {
        Memo { event: 1, known: vec![(0, false); graph.len()] }
    }

    /// Forgets the event before.
    pub fn next_event(&mut self) {
        self.event += 1;
    }
}

/// What evaluation needs at hand.
pub(crate) struct Scene<'a> {
    pub graph: &'a Graph,
    pub memo: &'a mut Memo,
    pub cache: &'a mut Cache,
    pub names: &'a [Box<str>],
    pub fields: &'a dyn Fields,
}

impl Scene<'_> {
    /// Whether the event satisfies a node.
    pub fn holds(&mut self, id: NodeId) -> bool {
        let event = self.memo.event;
        if let Some((asked, held)) = self.memo.known.get(id.0 as usize)
            && *asked == event
        {
            return *held;
        }
        let graph = self.graph;
        let held = match graph.node(id) {
            Some(Node::All(parts)) => parts.iter().all(|part| self.holds(*part)),
            Some(Node::Any(parts)) => parts.iter().any(|part| self.holds(*part)),
            Some(Node::AtLeast(count, parts)) => {
                let held = parts.iter().filter(|part| self.holds(**part)).take(*count as usize);
                held.count() as u64 == *count
            }
            Some(Node::Not(part)) => !self.holds(*part),
            Some(Node::Item(number)) => graph
                .item(*number)
                .is_some_and(|item| item.holds(self.cache, self.names, self.fields)),
            None => false,
        };
        if let Some(known) = self.memo.known.get_mut(id.0 as usize) {
            *known = (event, held);
        }
        held
    }
}
