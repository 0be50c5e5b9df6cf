// The first tabs of the explorer: the questions that this API answers, ready to run.
window.ladingExamples = [
  {
    query: `# Which orders are ready to be fulfilled?
# Run it with the button; the other tabs ask more.

query OrdersReadyToShip {
  orders(
    where: { toShip: true }
    orderBy: { field: ORDERED_AT, direction: ASC }
    first: 20
  ) {
    totalCount
    nodes {
      orderNumber
      marketplace
      orderedAt
      shipBy
      fulfillmentStatus
      shippingAddress { name postalCode city country }
      totalGross { amount currency }
      lines {
        sku
        title
        fulfilledBy
        quantity { ordered shipped cancelled open }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# Which orders were fulfilled, when was each shipped?

query FulfilledOrders {
  orders(
    where: { fulfillmentStatuses: [FULFILLED] }
    orderBy: { field: FULFILLED_AT, direction: DESC }
    first: 20
  ) {
    totalCount
    nodes {
      orderNumber
      orderedAt
      fulfilledAt
      shipments { externalId shippedAt carrier trackingNumber }
    }
  }
}
`,
  },
  {
    query: `# How often was each product sold, for what revenue?
# One row per SKU and currency, over any period.

query ProductSales($from: DateTime, $to: DateTime) {
  productSales(
    where: { orderedAt: { from: $from, to: $to } }
    first: 50
  ) {
    nodes {
      __typename
      sku
      title
      unitsSold
      unitsReturned
      orderCount
      grossRevenue { amount currency }
    }
  }
}
`,
    variables: '{\n  "from": null,\n  "to": null\n}',
  },
  {
    query: `# What was sold over time, which products are popular
# where, how much an order holds? Each report tells what
# it is made of, how fresh it is and what is not in it.

query SalesReports(
  $days: DayRange
  $timeZone: String = "Europe/Berlin"
) {
  salesTotals(
    where: { orderedOn: $days }
    timeZone: $timeZone
    groupBy: [MONTH, MARKETPLACE]
  ) {
    nodes {
      month
      marketplace
      unitsSold
      unitsReturned
      grossRevenue { amount currency }
    }
    basis { summary amounts currencies counts from to }
    freshness { shop { name } lastSuccessAt lagSeconds state }
    excluded { reason unit count }
  }
  popularSkusReport(
    where: { orderedOn: $days }
    timeZone: $timeZone
  ) {
    rows(first: 5) { sku title unitsSold orderCount }
    countries(first: 3) {
      country
      unitsSold
      rows(first: 3) { sku title unitsSold }
    }
  }
  basketSize(
    where: { orderedOn: $days }
    timeZone: $timeZone
  ) {
    averageUnits
    averageLines
    medianUnits
    orderCount
    distribution { unitsFrom unitsTo orderCount }
  }
}
`,
    variables: '{\n  "days": null\n}',
  },
  {
    query: `# How long until orders are shipped, how much comes back?
# Two operations: the button asks which one to run.

query FulfillmentTimes {
  fulfillmentTimes(groupBy: [MARKETPLACE, MONTH]) {
    nodes {
      month
      marketplace
      orderCount
      averageSeconds
      medianSeconds
      p90Seconds
      p95Seconds
      p99Seconds
      contributingOrders(first: 3) {
        nodes { orderNumber orderedAt fulfilledAt }
      }
    }
    basis { summary counts }
    excluded { reason unit count }
  }
}

query ReturnsRate {
  returnsRate(
    groupBy: [SKU]
    orderBy: { field: RATE, direction: DESC }
    first: 10
  ) {
    nodes { sku title unitsSold unitsReturned rate }
  }
}
`,
  },
  {
    query: `# Three operations: the button asks which one to run.
# Shops gives the id for the variables below;
# SyncProgress shows a sync live.

mutation StartSync($shopId: ID!) {
  syncStart(
    input: { shopId: $shopId, mode: INCREMENTAL }
  ) {
    syncRun { id status queuedAt }
    userErrors { code field message }
  }
}

query Shops {
  shops {
    nodes { id name marketplace status sandbox }
  }
}

subscription SyncProgress {
  syncProgress {
    id
    status
    streams {
      stream
      status
      pages
      fetched
      created
      updated
      unchanged
      rejected
    }
  }
}
`,
    variables: '{\n  "shopId": "shop_1"\n}',
  },
  {
    query: `# Is anything missing, late or stuck?

query SyncHealth {
  shops {
    nodes {
      name
      marketplace
      status
      statusReason
      streams {
        name
        strategy
        lastSuccessAt
        lag
        dueAt
        dataAtRiskAt
        lostSpans { from to }
        lastError
      }
    }
  }
  syncRuns(first: 5) {
    nodes {
      shop { name }
      mode
      status
      startedAt
      finishedAt
      error
      streams {
        stream
        status
        requests
        retries
        throttledMs
        pages
        fetched
        created
        updated
        unchanged
        rejected
      }
    }
  }
}
`,
  },
  {
    query: `# Is everything here? Counts a second time, by another
# way, and fetches what is missing. Count starts it, and
# Coverage tells what was found.

query Coverage($shopId: ID!, $from: CalendarDay!, $to: CalendarDay!) {
  syncCoverage(shopId: $shopId, from: $from, to: $to) {
    checkedAt
    totals { matched gaps unverifiable missing fetched }
    rows {
      stream
      day
      fulfilledBy
      counted
      held
      state
      missing
      reason
    }
  }
}

mutation Count($shopId: ID!, $from: CalendarDay!, $to: CalendarDay!) {
  syncCoverageStart(
    input: { shopId: $shopId, from: $from, to: $to }
  ) {
    check { id status }
    userErrors { code field message }
  }
}
`,
    variables: '{\n  "shopId": "shop_2",\n  "from": "2026-11-10",\n  "to": "2026-11-16"\n}',
  },
  {
    query: `# What must somebody look at? Alerts are raised once and
# resolve by themselves; deliveries tell how the webhook
# was told.

query OpenAlerts {
  alerts(where: { states: [OPEN, ACKNOWLEDGED] }) {
    totalCount
    nodes {
      id
      kind
      severity
      state
      message
      shop { name }
      raisedAt
      version
      deliveries { id event state attempts lastError }
    }
  }
}

mutation Acknowledge($alertId: ID!) {
  alertAcknowledge(input: { alertId: $alertId }) {
    alert { id state version }
    userErrors { code message }
  }
}
`,
    variables: '{\n  "alertId": "alr_1"\n}',
  },
  {
    query: `# Records that could not be mapped: why, and what came.

query Rejects {
  rejects(first: 20) {
    totalCount
    nodes {
      id
      shop { name }
      stream
      externalId
      reason
      attempts
      firstSeenAt
      payload
    }
  }
}

mutation RetryRejects($ids: [ID!]!) {
  rejectRetry(input: { ids: $ids }) {
    requestedCount
    userErrors { code message }
  }
}
`,
    variables: '{\n  "ids": []\n}',
  },
];
