"""What drives durable work: workers that hold jobs by leases. The rows themselves are in catalog/work.py."""
