"""Words every other room uses: errors, money, quantity, ids, clock. Imports nothing of ours."""
